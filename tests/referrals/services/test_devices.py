"""Devices of customers: the first by its first press, others by a code from the mailbox."""

import re
from datetime import timedelta

import pytest

from campaigns.models.transactional import TransactionalMessage
from config.kit.clock import now
from config.kit.errors import Conflict
from referrals.models.rewards import PortalCode, PortalDevice
from referrals.services.devices import (
    MAX_TRIES,
    MOST_CODES,
    Typed,
    bind_first,
    is_device,
    send_code,
    type_code,
)

PHONE, LAPTOP = "phone", "laptop"


@pytest.fixture
def rae(floral, cast):
    return cast.rae


def last_code():
    return TransactionalMessage.objects.latest("pk").data["code"]


def devices():
    return PortalDevice.objects.count()


def test_the_first_browser_is_the_customers_and_the_second_is_not(rae):
    assert not is_device(rae, PHONE)
    assert bind_first(rae, PHONE)
    assert bind_first(rae, PHONE)
    assert not bind_first(rae, LAPTOP)
    assert (is_device(rae, PHONE), is_device(rae, LAPTOP), devices()) == (True, False, 1)
    assert not is_device(rae, "")


def test_a_code_from_the_mailbox_adds_a_device_once(rae):
    bind_first(rae, PHONE)
    send_code(rae)
    message = TransactionalMessage.objects.get()
    assert (message.address, message.template.key) == ("rae@example.com", "portal_code")
    assert re.fullmatch(r"[A-HJKMNP-TV-Z2-9]{4}-[A-HJKMNP-TV-Z2-9]{4}", last_code())
    assert last_code().replace("-", "").encode() not in bytes(PortalCode.objects.get().code_hash)
    assert type_code(rae, last_code().lower().replace("-", " "), LAPTOP) is Typed.RIGHT
    assert is_device(rae, LAPTOP)
    assert type_code(rae, last_code(), "a third") is Typed.NONE
    assert devices() == 2


def test_wrong_codes_are_counted_and_then_even_the_right_one_is_refused(rae):
    send_code(rae)
    for _ in range(MAX_TRIES):
        assert type_code(rae, "AAAA-AAAA", LAPTOP) is Typed.WRONG
    assert type_code(rae, last_code(), LAPTOP) is Typed.NONE
    assert (PortalCode.objects.get().tries, devices()) == (MAX_TRIES, 0)


def test_an_old_code_and_one_before_the_newest_are_refused(rae):
    send_code(rae)
    first = last_code()
    send_code(rae)
    assert type_code(rae, first, LAPTOP) is Typed.WRONG
    PortalCode.objects.update(expires_at=now() - timedelta(seconds=1))
    assert type_code(rae, last_code(), LAPTOP) is Typed.NONE
    assert devices() == 0


def test_codes_are_not_mailed_without_end(rae):
    for _ in range(MOST_CODES):
        send_code(rae)
    with pytest.raises(Conflict, match="several codes"):
        send_code(rae)
    assert PortalCode.objects.count() == TransactionalMessage.objects.count() == MOST_CODES
    PortalCode.objects.update(made_at=now() - timedelta(minutes=61))
    send_code(rae)
    assert PortalCode.objects.count() == MOST_CODES + 1


def test_who_has_no_address_gets_no_code(rae):
    rae.email = ""
    with pytest.raises(Conflict, match="cannot write to you"):
        send_code(rae)
    assert not PortalCode.objects.exists()


def test_a_code_of_one_customer_opens_no_other(rae):
    other = type(rae).objects.create(email="zoe@example.com", email_norm="zoe@example.com")
    send_code(rae)
    code = last_code()
    send_code(other)
    assert type_code(other, code, LAPTOP) is Typed.WRONG
    assert devices() == 0
