"""Templates, and the three a new brand begins with."""

import pytest

from accounts.events import BrandCreated
from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.services.events import record
from campaigns.models.templates import EmailTemplate
from campaigns.selectors import content
from campaigns.services import templates
from tests.conftest import Cast


def test_a_new_brand_is_given_three_templates_that_can_be_sent(
    cast: Cast, run_due_work: object
) -> None:
    with brand_scope(cast.floral):
        record(BrandCreated(subject_id=cast.floral.pk))
    run_due_work()  # type: ignore[operator]
    with brand_scope(cast.floral):
        starters = list(EmailTemplate.objects.order_by("id"))
        assert [template.name for template in starters] == [
            "Thank you for your first order",
            "Time for a second order",
            "The season is here",
        ]
        for template in starters:
            mail = content.rendered(content.content_of(template, cast.floral))
            assert not mail.missing({"first_name": ""})
    with brand_scope(cast.grocer):
        assert not EmailTemplate.objects.exists()


def test_starters_are_not_given_twice(floral: Brand) -> None:
    assert templates.add_starters() == 3
    assert templates.add_starters() == 0
    assert EmailTemplate.objects.count() == 3


def test_a_template_can_be_changed_and_deleted(floral: Brand) -> None:
    template = templates.create_template(name="Spring", subject="Hello")
    templates.update_template(template, name="Summer")
    template.refresh_from_db()
    assert (template.name, template.subject) == ("Summer", "Hello")
    templates.delete_template(template)
    assert not EmailTemplate.objects.exists()


def test_a_blocks_list_that_is_wrong_stores_nothing(floral: Brand) -> None:
    with pytest.raises(Exception, match="Block 1"):
        templates.create_template(name="Spring", blocks=[{"kind": "heading"}])
    assert not EmailTemplate.objects.exists()
