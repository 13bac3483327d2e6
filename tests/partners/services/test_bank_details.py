"""Bank details: sealed at rest, used two days after a change, and noted each time."""

from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.models.users import User
from accounts.scope import Actor, acting
from config.kit.clock import now
from config.kit.errors import Invalid
from partners.models.partnerships import BankDetails, Partnership, PartnershipStep
from partners.models.settlements import Statement
from partners.rules.bank import BankAccount
from partners.selectors.payouts import with_accounts
from partners.services.bank_details import save_bank_details

IBAN = "DE89370400440532013000"
OTHER = "GB29NWBK60161331926819"
NOT_YET = "There are no bank details that can be used yet."


def account_for_payout(partnership: Partnership) -> BankAccount | str:
    """Where a statement of theirs would be paid to, else why not."""
    found = with_accounts([Statement(partnership=partnership)])
    return found.paid[0][1] if found.paid else found.left_out[0].reason


def _changes() -> int:
    return DomainEvent.objects.filter(type="partnership.bank_details_changed").count()


def test_an_account_is_sealed_and_used_two_days_later(dinner: Partnership, pia: User) -> None:
    before = now()
    with acting(Actor("partner", pia.pk)):
        details = save_bank_details(
            dinner, holder=" Lucia Bianchi ", iban="DE89 3704 0044 0532 0130 00"
        )

    row = BankDetails.objects.values().get()
    assert not any(secret in str(row) for secret in (IBAN, IBAN[:8], "Bianchi"))
    assert (details.hint, details.by_id) == ("3000", pia.pk)
    assert timedelta(hours=48) <= details.usable_from - before < timedelta(hours=49)
    step = PartnershipStep.objects.get(act="bank_details")
    assert (step.note, step.by_kind, step.by_id) == ("ends with 3000", "partner", pia.pk)
    assert DomainEvent.objects.get(type="partnership.bank_details_changed").payload == {}

    assert account_for_payout(dinner) == NOT_YET
    BankDetails.objects.update(usable_from=before)
    assert account_for_payout(dinner) == BankAccount("Lucia Bianchi", iban=IBAN)


def test_a_change_waits_again_and_saying_the_same_does_not(dinner: Partnership) -> None:
    save_bank_details(dinner, holder="Lucia", iban=IBAN)
    BankDetails.objects.update(usable_from=now())
    save_bank_details(dinner, holder="Lucia", iban=IBAN)
    assert account_for_payout(dinner) == BankAccount("Lucia", iban=IBAN)
    assert _changes() == 1

    save_bank_details(dinner, holder="Lucia", sort_code="20-00-00", account_number="55779911")
    assert account_for_payout(dinner) == NOT_YET
    assert BankDetails.objects.get().hint == "9911"
    assert _changes() == 2


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"holder": " ", "iban": IBAN}, "holder"),
        ({"holder": "L\x00", "iban": IBAN}, "holder"),
        ({"holder": "L" * 121, "iban": IBAN}, "holder"),
        ({"holder": "Lucia", "iban": IBAN[:-1] + "1"}, "iban"),
        ({"holder": "Lucia", "sort_code": "1", "account_number": "55779911"}, "sort_code"),
        ({"holder": "Lucia", "sort_code": "200000", "account_number": "5"}, "account_number"),
    ],
)
def test_what_is_no_account_leaves_the_one_before(
    dinner: Partnership, values: dict[str, str], field: str
) -> None:
    save_bank_details(dinner, holder="Lucia", iban=OTHER)
    with pytest.raises(Invalid) as refused:
        save_bank_details(dinner, **values)
    assert list(refused.value.fields) == [field]
    assert BankDetails.objects.get().hint == "6819"
    assert _changes() == 1


def test_details_sealed_under_another_key_pay_nobody_and_can_be_entered_again(
    dinner: Partnership,
) -> None:
    save_bank_details(dinner, holder="Lucia", iban=IBAN)
    BankDetails.objects.update(usable_from=now(), sealed="gAAAAAB-of-another-key")
    assert "enter them again" in str(account_for_payout(dinner))
    save_bank_details(dinner, holder="Lucia", iban=IBAN)
    assert _changes() == 2
