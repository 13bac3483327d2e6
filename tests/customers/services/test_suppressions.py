"""The do-not-mail list: added once, by hand or by file, and lifted only where that is right."""

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import Actor, acting
from config.kit.errors import Conflict, Invalid
from customers.models.consents import Suppression
from customers.models.segments import DirtyCustomer
from customers.selectors.erasure import hash_of
from customers.services.suppressions import (
    MAX_FILE_BYTES,
    Listed,
    lift_suppression,
    suppress_address,
    suppress_file,
)


def addresses() -> list[str]:
    return list(Suppression.objects.order_by("address").values_list("address", flat=True))


def test_an_address_is_listed_once_for_the_gravest_reason(floral):
    first = suppress_address(address="JO@example.com", reason=Suppression.Reason.BOUNCE)
    again = suppress_address(address="jo@EXAMPLE.com", reason=Suppression.Reason.MANUAL)
    assert first == again
    assert (again.address, again.reason) == ("jo@example.com", "manual")
    suppress_address(address="jo@example.com", reason=Suppression.Reason.COMPLAINT)
    suppress_address(address="jo@example.com", reason=Suppression.Reason.BOUNCE)
    assert Suppression.objects.get().reason == "complaint"
    assert DomainEvent.objects.filter(type="address.suppressed").count() == 1


def test_segments_look_again_at_whoever_has_the_address(floral, cast):
    suppress_address(address="rae@example.com", reason=Suppression.Reason.MANUAL)
    assert list(DirtyCustomer.objects.values_list("customer_id", flat=True)) == [cast.rae.pk]


def test_an_address_can_be_lifted_and_the_reason_is_kept(floral):
    suppress_address(address="jo@example.com", reason=Suppression.Reason.MANUAL)
    with acting(Actor("user", 7)):
        lift_suppression(address="Jo@example.com", reason="They wrote to us")
    assert not Suppression.objects.exists()
    event = DomainEvent.objects.get(type="suppression.lifted")
    assert (event.actor_id, event.reason) == (7, "They wrote to us")


@pytest.mark.parametrize(
    ("reason", "code"), [("complaint", "complained"), ("erased", "erased"), (None, "conflict")]
)
def test_complaints_and_erasures_are_not_lifted_nor_what_is_not_listed(floral, reason, code):
    address = "jo@example.com"
    kept = hash_of(address) if reason == "erased" else address
    if reason:
        Suppression.objects.create(channel="email", address=kept, reason=reason)
    with pytest.raises(Conflict) as refused:
        lift_suppression(address=address)
    assert refused.value.code == code
    assert Suppression.objects.count() == (1 if reason else 0)
    assert not DomainEvent.objects.filter(type="suppression.lifted").exists()


def test_what_is_no_address_is_refused(floral):
    with pytest.raises(Invalid):
        suppress_address(address="nobody", reason=Suppression.Reason.MANUAL)
    assert not Suppression.objects.exists()


def test_a_file_of_addresses_is_put_on_the_list_with_one_event(floral):
    suppress_address(address="ann@example.com", reason=Suppression.Reason.BOUNCE)
    content = (
        "\ufeffName;E-mail\r\nAnn;ANN@example.com\r\nBo;bo@example.com;x@example.com\r\n"
        "Bo again;Bo@Example.com\r\n;not an address@\r\nnothing here\r\n"
    ).encode()
    listed = suppress_file(content=content, detail="Old provider")
    assert listed == Listed(added=1, known=1, odd=("not an address@",))
    assert addresses() == ["ann@example.com", "bo@example.com"]
    row = Suppression.objects.get(address="bo@example.com")
    assert (row.reason, row.detail) == ("manual", "Old provider")
    event = DomainEvent.objects.get(type="addresses.suppressed")
    assert (event.subject_id, event.payload) == (row.pk, {"added": 1})
    assert suppress_file(content=content) == Listed(0, 2, ("not an address@",))
    assert DomainEvent.objects.filter(type="addresses.suppressed").count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "No e-mail address"),
        (b"name\nann\n", "No e-mail address"),
        (b"a" * (MAX_FILE_BYTES + 1), "larger than 2 MB"),
        (b"a@b.c\n" * 20_001, "more than 20,000"),
        (b'"' + b"x" * 200_000 + b"@example.com", "cannot be read"),
    ],
    ids=["empty", "none", "large", "many", "endless"],
)
def test_a_file_that_cannot_be_used_is_refused_whole(floral, content, words):
    with pytest.raises(Invalid, match=words) as refused:
        suppress_file(content=content)
    assert "file" in refused.value.fields
    assert addresses() == []
