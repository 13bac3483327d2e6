"""One act on many customers: who is chosen, what changes, and what taking it back leaves alone."""

import pytest

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from config.kit.errors import Conflict, Invalid
from customers.models.consents import Suppression
from customers.models.customers import Customer
from customers.models.segments import DirtyCustomer, SegmentMember
from customers.models.views import BulkAction, BulkChange
from customers.selectors.people import Filters
from customers.services import bulk_actions
from customers.services.attributes import define_attribute
from customers.services.bulk_actions import (
    do_slice,
    request_bulk_action,
    request_undo,
    undo_slice,
)
from customers.services.facts import refresh_facts
from customers.services.lists import add_to_list, create_list
from customers.services.privacy import erase_customer
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def three(floral: Brand) -> list[Customer]:
    made = [factories.customer(email=f"p{number}@example.com") for number in range(3)]
    refresh_facts(customer_ids=None)
    return made


def run(action: BulkAction) -> BulkAction:
    while not do_slice(action_id=action.pk):
        pass
    action.refresh_from_db()
    return action


def undo(action: BulkAction) -> BulkAction:
    request_undo(action=action)
    while not undo_slice(action_id=action.pk):
        pass
    action.refresh_from_db()
    return action


def tags_of(customers: list[Customer]) -> list[list[str]]:
    found = Customer.objects.in_bulk([customer.pk for customer in customers])
    return [found[customer.pk].tags for customer in customers]


def ask(kind: str, chosen: list[Customer] | None, **params: str) -> BulkAction:
    picked = None if chosen is None else [customer.pk for customer in chosen]
    return request_bulk_action(kind=kind, params=params, picked=picked, by_id=None)


def test_a_tag_goes_to_those_who_lack_it_and_comes_off_them_again(three: list[Customer]) -> None:
    Customer.objects.filter(pk=three[0].pk).update(tags=["vip"])
    action = run(ask("add_tag", three, tag="vip"))
    assert (action.state, action.chosen, action.customers) == ("done", 3, 2)
    assert tags_of(three) == [["vip"]] * 3
    action = undo(action)
    assert (action.state, action.kept) == ("undone", 0)
    assert tags_of(three) == [["vip"], [], []]


def test_everybody_who_fits_is_chosen_when_it_is_asked(
    three: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    Customer.objects.filter(pk__in=[three[0].pk, three[2].pk]).update(tags=["old"])
    monkeypatch.setattr(bulk_actions, "SLICE", 1)
    action = request_bulk_action(
        kind="remove_tag",
        params={"tag": "old"},
        picked=None,
        filters=Filters(tag="old"),
        by_id=None,
    )
    # The act ends what chose them, and goes on all the same.
    assert run(action).customers == 2
    assert tags_of(three) == [[], [], []]
    undo(action)
    assert tags_of(three) == [["old"], [], ["old"]]


def test_an_undo_leaves_what_somebody_changed_since(three: list[Customer]) -> None:
    define_attribute(name="size", kind="number")
    Customer.objects.filter(pk=three[1].pk).update(attributes={"size": 7})
    action = run(ask("set_attribute", three, attribute="size", value="12"))
    assert action.customers == 3
    Customer.objects.filter(pk=three[2].pk).update(attributes={"size": 40})
    action = undo(action)
    assert action.kept == 1
    assert [
        customer.attributes
        for customer in Customer.objects.order_by("pk").filter(
            pk__in=[customer.pk for customer in three]
        )
    ] == [{}, {"size": 7}, {"size": 40}]


def test_a_list_takes_and_gives_back_only_whom_the_act_moved(three: list[Customer]) -> None:
    chosen = create_list(name="Tasting")
    add_to_list(segment=chosen, customer_ids=[three[0].pk])
    action = run(ask("add_to_list", three, list=str(chosen.pk)))
    assert action.customers == 2

    def on() -> set[int]:
        rows = SegmentMember.objects.filter(segment=chosen, left_at=None)
        return set(rows.values_list("customer_id", flat=True))

    assert on() == {customer.pk for customer in three}
    undo(action)
    assert on() == {three[0].pk}


def test_addresses_go_on_the_do_not_mail_list_and_off_it_again(three: list[Customer]) -> None:
    Suppression.objects.create(channel="email", address="p0@example.com", reason="complaint")
    action = run(ask("suppress", three, detail="asked by phone"))
    assert action.customers == 2
    reasons = dict(Suppression.objects.values_list("address", "reason"))
    assert reasons == {
        "p0@example.com": "complaint",
        "p1@example.com": "manual",
        "p2@example.com": "manual",
    }
    undo(action)
    assert list(Suppression.objects.values_list("address", flat=True)) == ["p0@example.com"]


def test_everybody_who_shares_a_listed_address_is_looked_at_again(three: list[Customer]) -> None:
    twin = Customer.objects.create(email="p1@example.com", email_norm="p1@example.com")
    DirtyCustomer.objects.all().delete()
    action = run(ask("suppress", [three[1]], detail=""))
    assert twin.pk in DirtyCustomer.objects.values_list("customer_id", flat=True)
    DirtyCustomer.objects.all().delete()
    undo(action)
    assert twin.pk in DirtyCustomer.objects.values_list("customer_id", flat=True)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("add_tag", {}),
        ("add_tag", {"tag": "x" * 41}),
        ("suppress", {"detail": "a\x00b"}),
        ("set_attribute", {"attribute": "unknown", "value": "1"}),
        ("add_to_list", {"list": "999999999"}),
        ("delete_everybody", {}),
    ],
)
def test_an_act_that_lacks_something_is_refused(
    three: list[Customer], kind: str, params: dict[str, str]
) -> None:
    with pytest.raises(Invalid):
        ask(kind, three, **params)
    assert not BulkAction.objects.exists()


@pytest.mark.parametrize(
    ("kind", "params"), [("suppress", {}), ("set_attribute", {"attribute": "size", "value": "L"})]
)
def test_an_erased_customer_does_not_stop_the_undo_for_the_others(
    three: list[Customer], kind: str, params: dict[str, str]
) -> None:
    define_attribute(name="size")
    action = run(ask(kind, three, **params))
    erase_customer(customer=three[0])
    assert (undo(action).state, undo_slice(action_id=action.pk)) == ("undone", True)
    assert not Customer.objects.filter(attributes__has_key="size").exists()
    listed = Suppression.objects.values_list("reason", flat=True)
    assert set(listed) == {"erased"}


def test_nobody_chosen_is_refused_and_leaves_nothing(floral: Brand) -> None:
    with pytest.raises(Invalid):
        ask("add_tag", [], tag="vip")
    assert not BulkAction.objects.exists()
    assert not BulkChange.objects.exists()


def test_what_still_runs_cannot_be_taken_back_nor_twice(three: list[Customer]) -> None:
    action = ask("add_tag", three, tag="vip")
    with pytest.raises(Conflict):
        request_undo(action=action)
    undo(run(action))
    with pytest.raises(Conflict):
        request_undo(action=action)
    assert tags_of(three) == [[], [], []]


def test_customers_of_another_brand_cannot_be_chosen(cast: Cast) -> None:
    with brand_scope(cast.other_brand), pytest.raises(Invalid):
        ask("add_tag", [cast.rae], tag="vip")
    with brand_scope(cast.floral):
        assert tags_of([cast.rae]) == [[]]
