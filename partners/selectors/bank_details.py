"""A partner's account: what is shown of it, and all of it once it is unsealed."""

import msgspec

from config.kit.errors import Conflict
from config.kit.sealed import Unreadable, unseal
from partners.models.partnerships import BankDetails, Partnership
from partners.rules.bank import BankAccount

SEALED_FOR = "partner bank details"


def bank_details_of(partnership: Partnership) -> BankDetails | None:
    """The row, whose `hint` and `usable_from` may be shown."""
    return BankDetails.objects.filter(partnership=partnership).first()


def unsealed(details: BankDetails) -> BankAccount:
    """Raises Conflict."""
    try:
        text = unseal(details.sealed, purpose=SEALED_FOR)
    except Unreadable as error:
        raise Conflict("These bank details cannot be read; please enter them again.") from error
    return msgspec.json.decode(text, type=BankAccount)
