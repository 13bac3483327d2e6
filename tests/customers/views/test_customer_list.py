"""The list as people use it: filters, columns, views, the file, and many at once."""

from datetime import date

import pytest
from django.test import Client

from accounts.models.members import Membership, Role
from accounts.scope import brand_scope
from config.kit import ids
from customers.models.customers import Customer
from customers.models.views import BulkAction, SavedView
from customers.services import bulk_actions
from customers.services.facts import refresh_facts
from tests import factories
from tests.conftest import Cast

LIST = "/b/floral/customers/"


@pytest.fixture
def rae(cast: Cast) -> Customer:
    with brand_scope(cast.floral):
        factories.order(cast.rae, source_id="1", on=date(2026, 1, 1), minor=1050)
        Customer.objects.filter(pk=cast.rae.pk).update(city="=Wells", tags=["vip"])
        refresh_facts(customer_ids=None)
    return cast.rae


def public_id(customer: Customer) -> str:
    return ids.encode("cus", customer.uid)


def text_of(response: object) -> str:
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_the_file_holds_what_is_seen_and_starts_no_formula(rae: Customer, ben: Client) -> None:
    query = {"tag": "vip", "column": ["city", "orders"]}
    seen = ben.get(LIST, query).content.decode()
    assert "City" in seen
    assert "=Wells" in seen
    lines = text_of(ben.get(f"{LIST}list.csv", query)).splitlines()
    assert lines[0] == "\ufeffId,Name,E-mail,City,Orders"
    assert lines[1:] == [f"{public_id(rae)},Rae Winter,rae@example.com,'=Wells,1"]
    assert len(text_of(ben.get(f"{LIST}list.csv", {"tag": "none"})).splitlines()) == 1


def test_who_may_not_export_gets_no_file(rae: Customer, ben: Client, cast: Cast) -> None:
    Membership.objects.filter(user=cast.ben).update(role=Role.VIEWER)
    assert ben.get(LIST).status_code == 200
    assert ben.get(f"{LIST}list.csv").status_code == 404


def test_a_view_is_saved_found_renamed_and_deleted(rae: Customer, ben: Client, cast: Cast) -> None:
    saved = ben.post(f"{LIST}views/save/?tag=vip&column=city&sort=net", {"name": "Best"})
    with brand_scope(cast.floral):
        view = SavedView.objects.get()
    assert saved["Location"] == f"{LIST}?view={view.uid}"
    assert (view.query, view.columns, view.sort) == ({"tag": "vip"}, ["city"], "net")
    page = ben.get(LIST, {"view": str(view.uid)})
    assert [column.key for column in page.context["columns"]] == ["city"]
    assert page.context["asked"].filters.tag == "vip"
    ben.post(f"{LIST}views/{view.uid}/rename/", {"name": "a\x00b"})
    assert "control character" in ben.get(LIST).content.decode()
    ben.post(f"{LIST}views/{view.uid}/rename/", {"name": "Top"})
    assert "Top" in ben.get(LIST).content.decode()
    ben.post(f"{LIST}views/{view.uid}/delete/")
    with brand_scope(cast.floral):
        assert not SavedView.objects.exists()


def test_a_view_of_ones_own_is_nobody_elses(rae: Customer, ben: Client, ana: Client) -> None:
    ben.post(f"{LIST}views/save/?tag=vip", {"name": "Mine"})
    ben.post(f"{LIST}views/save/?tag=vip", {"name": "Ours", "is_shared": "on"})
    page = ana.get(LIST).content.decode()
    assert "Ours" in page
    assert "Mine" not in page


def test_many_are_changed_from_the_list_and_back(rae: Customer, ben: Client, cast: Cast) -> None:
    chosen = ben.post(f"{LIST}change/", {"customer": [public_id(rae)]})
    assert "1 customer" in chosen.content.decode()
    done = ben.post(
        f"{LIST}change/do/",
        {"customer": [public_id(rae)], "kind": "add_tag", "add_tag.tag": "tea", "count": "1"},
    )
    with brand_scope(cast.floral):
        action = BulkAction.objects.get()
        while not bulk_actions.do_slice(action_id=action.pk):
            pass
        assert Customer.objects.get(pk=rae.pk).tags == ["vip", "tea"]
    assert done["Location"] == f"{LIST}change/{action.uid}/"
    assert "1 customer changed" in ben.get(done["Location"]).content.decode()
    ben.post(f"{LIST}change/{action.uid}/undo/")
    with brand_scope(cast.floral):
        while not bulk_actions.undo_slice(action_id=action.pk):
            pass
        assert Customer.objects.get(pk=rae.pk).tags == ["vip"]


def test_an_act_without_its_input_says_so_and_changes_nothing(
    rae: Customer, ben: Client, cast: Cast
) -> None:
    answer = ben.post(
        f"{LIST}change/do/", {"customer": [public_id(rae)], "kind": "add_tag", "count": "1"}
    )
    assert answer.status_code == 422
    assert "Write the tag." in answer.content.decode()
    with brand_scope(cast.floral):
        assert not BulkAction.objects.exists()


def test_a_field_that_cannot_be_read_says_so_and_narrows_nothing(
    rae: Customer, ben: Client
) -> None:
    page = ben.get(LIST, {"orders_from": "many", "news": "x"})
    assert page.status_code == 200
    assert page.context["total"] == 1
    assert "Enter a whole number" in page.content.decode()


def test_notes_tags_and_attributes_are_kept_on_the_profile(
    rae: Customer, ben: Client, cast: Cast
) -> None:
    here = f"{LIST}{public_id(rae)}/"
    ben.post(f"{here}notes/", {"text": "Likes <b>tulips</b>\nnot lilies"})
    ben.post(f"{here}edit/", {"tags": "vip, tea ,vip", "attribute.shoe": "42"})
    page = ben.get(here).content.decode()
    assert "Likes &lt;b&gt;tulips&lt;/b&gt;<br>not lilies" in page
    with brand_scope(cast.floral):
        stored = Customer.objects.get(pk=rae.pk)
    assert (stored.tags, stored.attributes) == (["vip", "tea"], {"shoe": "42"})


def test_a_filter_that_is_gone_does_not_make_it_everybody(
    rae: Customer, ben: Client, cast: Cast
) -> None:
    query = "?segment=seg_00000000000000000000000000"
    sent = {"all": "1", "count": "x", "kind": "add_tag", "add_tag.tag": "oops"}
    asked = ben.post(f"{LIST}change/{query}", sent)
    assert asked["Location"] == LIST
    refused = ben.post(f"{LIST}change/do/{query}", sent)
    assert refused.status_code == 422
    assert "Look at it again first." in refused.content.decode()
    with brand_scope(cast.floral):
        assert not BulkAction.objects.exists()
