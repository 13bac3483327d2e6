"""The do-not-mail list."""

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.errors import Conflict, Invalid
from customers.models.consents import Suppression
from customers.services.suppressions import lift_suppression, suppress_address


def test_an_address_is_listed_once_in_its_normal_form(floral: Brand) -> None:
    first = suppress_address(address="JO@example.com", reason=Suppression.Reason.BOUNCE)
    again = suppress_address(address="jo@EXAMPLE.com", reason=Suppression.Reason.MANUAL)
    assert first.pk == again.pk
    assert (again.address, again.reason) == ("jo@example.com", "bounce")
    assert DomainEvent.objects.filter(type="address.suppressed").count() == 1


def test_a_lifted_address_is_off_the_list(floral: Brand) -> None:
    suppress_address(address="jo@example.com", reason=Suppression.Reason.MANUAL)
    lift_suppression(address="Jo@example.com")
    assert not Suppression.objects.exists()
    assert DomainEvent.objects.filter(type="suppression.lifted").count() == 1


def test_an_erased_address_stays_and_an_unlisted_one_is_refused(floral: Brand) -> None:
    suppress_address(address="jo@example.com", reason=Suppression.Reason.ERASED)
    for address in ("jo@example.com", "ann@example.com"):
        with pytest.raises(Conflict):
            lift_suppression(address=address)
    assert Suppression.objects.count() == 1


def test_what_is_no_address_is_refused(floral: Brand) -> None:
    with pytest.raises(Invalid):
        suppress_address(address="nobody", reason=Suppression.Reason.MANUAL)
    assert not Suppression.objects.exists()
