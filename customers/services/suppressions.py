"""The do-not-mail list: addresses that get nothing, whatever anybody consented to."""

from django.db import transaction

from accounts.services.events import record
from config.kit.errors import Conflict, Invalid
from config.kit.text import email_key
from customers.events import AddressSuppressed, SuppressionLifted
from customers.models.consents import Channel, Suppression


def suppress_address(
    *,
    address: str,
    reason: Suppression.Reason,
    detail: str = "",
    channel: Channel = Channel.EMAIL,
) -> Suppression:
    """Never mail this address again. One that is on the list stays as it is."""
    with transaction.atomic():
        row, created = Suppression.objects.get_or_create(
            channel=channel,
            address=_key(address),
            defaults={"reason": reason, "detail": detail[:300]},
        )
        if created:
            record(AddressSuppressed(subject_id=row.pk))
    return row


def lift_suppression(*, address: str, channel: Channel = Channel.EMAIL) -> None:
    """Mail may go to this address again, if its customer allows it.

    Raises Conflict when it is not on the list, or stands there because somebody was erased."""
    with transaction.atomic():
        row = (
            Suppression.objects.select_for_update()
            .filter(channel=channel, address=_key(address))
            .exclude(reason=Suppression.Reason.ERASED)
            .first()
        )
        if row is None:
            raise Conflict("This address is not on the do-not-mail list.")
        record(SuppressionLifted(subject_id=row.pk))
        row.delete()


def _key(address: str) -> str:
    try:
        return email_key(address)
    except ValueError as error:
        raise Invalid(str(error), fields={"address": str(error)}) from error
