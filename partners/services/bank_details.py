"""Where a partner's money goes, as the partner says: sealed, told by mail, used two days later."""

from datetime import timedelta

import msgspec
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.sealed import seal
from config.kit.text import clean_text
from partners.events import BankDetailsChanged
from partners.models.partnerships import BankDetails, Partnership
from partners.rules.bank import BankAccount, account_number_of, iban_of, sort_code_of
from partners.selectors.bank_details import SEALED_FOR, unsealed
from partners.selectors.partnerships import public_id
from partners.selectors.recipients import ALWAYS
from partners.services.mails import tell_partner
from partners.services.standing import note_step

# So long the partner can say that it was not them.
WAITS = timedelta(hours=48)
_MAX_HOLDER = 120


def save_bank_details(
    partnership: Partnership,
    *,
    holder: str,
    iban: str = "",
    sort_code: str = "",
    account_number: str = "",
) -> BankDetails:
    """Take an account in place of the one before. Saying the same again changes nothing.

    Raises Invalid."""
    account = _account(holder, iban, sort_code, account_number)
    with transaction.atomic():
        rows = Partnership.objects.select_for_update(no_key=True, of=("self",))
        rows.get(pk=partnership.pk)
        known = BankDetails.objects.filter(partnership=partnership).first()
        if known is not None and _is_same(known, account):
            return known
        at = now()
        details, _is_new = BankDetails.objects.update_or_create(
            partnership=partnership,
            defaults={
                "sealed": seal(msgspec.json.encode(account).decode(), purpose=SEALED_FOR),
                "hint": account.hint,
                "by_id": current_actor().id,
                "usable_from": at + WAITS,
                "updated_at": at,
            },
        )
        note_step(partnership, "bank_details", note=f"ends with {account.hint}")
        record(BankDetailsChanged(subject_id=partnership.pk))
        _tell(partnership, details)
    return details


def _account(holder: str, iban: str, sort_code: str, account_number: str) -> BankAccount:
    with naming("holder"):
        name = clean_text(holder, max_length=_MAX_HOLDER)
    if not name:
        raise Invalid.at("holder", "Please say in whose name the account is.")
    if iban:
        with naming("iban"):
            return BankAccount(name, iban=iban_of(iban))
    with naming("sort_code"):
        code = sort_code_of(sort_code)
    with naming("account_number"):
        return BankAccount(name, sort_code=code, account_number=account_number_of(account_number))


def _is_same(known: BankDetails, account: BankAccount) -> bool:
    try:
        return unsealed(known) == account
    except Conflict:
        return False


def _tell(partnership: Partnership, details: BankDetails) -> None:
    brand = partnership.brand
    names = {"brand": brand.name, "hint": details.hint}
    with translation.override(brand.locale):
        tell_partner(
            partnership,
            _("Your bank details at %(brand)s were changed") % names,
            [
                _("The new account ends with %(hint)s. It is used from 48 hours after now.")
                % names,
                _("Was it not you? Then enter the right one again, and write to %(brand)s.")
                % names,
            ],
            reverse("partner_bank", args=[public_id(partnership)]),
            topic=ALWAYS,
        )
