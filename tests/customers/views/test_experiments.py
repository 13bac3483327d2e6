"""Settings, control group: its effect before it counts, switching it on, and what it shows."""

from accounts.scope import brand_scope
from customers.models.experiments import BrandControl
from customers.services.experiments import set_brand_control
from tests import factories

PAGE = "/b/floral/settings/control-group/"


def test_without_a_group_five_per_cent_are_offered(ana):
    page = ana.get(PAGE).content.decode()
    assert "No control group" in page
    assert 'value="5"' in page
    assert "Switch it on" in page


def test_the_effect_is_shown_and_nothing_is_kept(cast, ana):
    with brand_scope(cast.floral):
        for number in range(4):
            factories.consent(factories.customer(email=f"p{number}@example.com"))
    answer = ana.post(PAGE + "effect/", {"percent": "50"}, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert "of the 4 people who can be written to now would get no campaigns" in text
    assert "<html" not in text
    with brand_scope(cast.floral):
        assert not BrandControl.objects.exists()


def test_a_group_is_switched_on_compared_and_switched_off(cast, ana):
    assert ana.post(PAGE, {"percent": "20"})["Location"] == PAGE
    page = ana.get(PAGE).content.decode()
    assert "What everything you send brings" in page
    assert "Not yet decidable" in page
    with brand_scope(cast.floral):
        control = BrandControl.objects.get()
        assert (control.percent, control.by_id) == (20, cast.ana.pk)
    ana.post(PAGE, {"percent": "0"})
    page = ana.get(PAGE).content.decode()
    assert "No control group" in page
    assert "Off" in page


def test_a_share_that_is_no_share_is_refused_beside_its_field(cast, ana):
    answer = ana.post(PAGE, {"percent": "51"}).content.decode()
    assert "less than or equal to 50" in answer
    with brand_scope(cast.floral):
        assert not BrandControl.objects.exists()


def test_another_brands_group_is_never_shown(cast, ana):
    with brand_scope(cast.other_brand):
        set_brand_control(5)
    assert "No control group" in ana.get(PAGE).content.decode()
