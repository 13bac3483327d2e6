"""The do-not-mail list: addresses that get nothing, whatever anybody consented to."""

import csv
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from io import StringIO

from django.db import transaction

from accounts.scope import acting, current_actor
from accounts.services.events import record
from config.kit.csvs import decoded
from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text, email_key
from customers.events.permissions import AddressesSuppressed, AddressSuppressed, SuppressionLifted
from customers.models.consents import Channel, Suppression
from customers.models.customers import Customer
from customers.selectors.erasure import is_erased
from customers.services.dirty import mark_dirty

MAX_FILE_BYTES = 2_000_000
MAX_ADDRESSES = 20_000
_BATCH = 1_000
_GRAVITY = [
    reason.value
    for reason in (
        Suppression.Reason.BOUNCE,
        Suppression.Reason.MANUAL,
        Suppression.Reason.COMPLAINT,
        Suppression.Reason.ERASED,
    )
]
MAX_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Listed:
    """What became of the addresses of a file; `odd` are those that are no addresses."""

    added: int
    known: int
    odd: tuple[str, ...] = ()


def suppress_address(
    *,
    address: str,
    reason: str,
    detail: str = "",
    channel: str = Channel.EMAIL,
) -> Suppression:
    """Never mail this address again. One that is on the list stays as it is, or for a graver
    reason: what listed it first may be taken back, as an import is."""
    key = _key(address)
    with transaction.atomic():
        row, created = Suppression.objects.get_or_create(
            channel=channel,
            address=key,
            defaults={"reason": reason, "detail": _detail(detail)},
        )
        if created:
            _look_again([key])
            record(AddressSuppressed(subject_id=row.pk))
        elif _GRAVITY.index(row.reason) < _GRAVITY.index(reason):
            row.reason, row.detail = reason, _detail(detail)
            row.save(update_fields=["reason", "detail"])
    return row


def suppress_file(*, content: bytes, detail: str = "") -> Listed:
    """Put every e-mail address of a text or CSV file on the list: of each line the first cell
    with an @. One event for all. Raises Invalid for a file that is too large or no text."""
    if len(content) > MAX_FILE_BYTES:
        _refuse_file("The file is larger than 2 MB. Please split it.")
    cells = _address_cells(decoded(content))
    if len(cells) > MAX_ADDRESSES:
        _refuse_file(f"The file has more than {MAX_ADDRESSES:,} addresses. Please split it.")
    if not cells:
        _refuse_file("No e-mail address was found in this file.")
    keys, odd = _keys(cells)
    added = suppress_addresses(keys=keys, detail=_detail(detail))
    return Listed(added=len(added), known=len(keys) - len(added), odd=tuple(odd))


def suppress_addresses(*, keys: Collection[str], detail: str) -> dict[str, int]:
    """Put these addresses (in their normal form) on the list by hand; who is new on it, with the
    row's id. One event for all."""
    with transaction.atomic():
        added = _add_missing(list(keys), detail)
        if added:
            record(AddressesSuppressed(subject_id=max(added.values()), added=len(added)))
    return added


def take_back(*, ids: Collection[int]) -> int:
    """Take these rows off the list again, as far as they are still those added by hand; how many
    were."""
    with transaction.atomic():
        rows = Suppression.objects.filter(pk__in=ids, reason=Suppression.Reason.MANUAL)
        keys = list(rows.select_for_update().values_list("address", flat=True))
        taken, _ = rows.delete()
        _look_again(keys)
    return taken


def lift_suppression(*, address: str, reason: str = "", channel: str = Channel.EMAIL) -> None:
    """Mail may go to this address again, if its customer allows it; `reason` goes to the audit
    trail.

    Raises Conflict when it is not on the list, when its owner reported our mail as spam, and when
    its owner was erased."""
    key = _key(address)
    with transaction.atomic():
        row = (
            Suppression.objects.select_for_update()
            .filter(channel=channel, address=key)
            .exclude(reason=Suppression.Reason.ERASED)
            .first()
        )
        if row is None:
            raise _not_listed(key)
        if row.reason == Suppression.Reason.COMPLAINT:
            raise Conflict(
                "The owner of this address reported a mail as spam; it stays on the list.",
                code="complained",
            )
        with acting(replace(current_actor(), reason=reason[:200])):
            record(SuppressionLifted(subject_id=row.pk))
        row.delete()
        _look_again([key])


def _not_listed(key: str) -> Conflict:
    if is_erased(key):
        return Conflict(
            "The owner of this address asked to be erased; it stays on the list.", code="erased"
        )
    return Conflict("This address is not on the do-not-mail list.")


def _add_missing(keys: list[str], detail: str) -> dict[str, int]:
    """The new rows, address and id; ON CONFLICT leaves those that are there."""
    known = set(
        Suppression.objects.filter(channel=Channel.EMAIL, address__in=keys).values_list(
            "address", flat=True
        )
    )
    missing = [key for key in keys if key not in known]
    Suppression.objects.bulk_create(
        (
            Suppression(
                channel=Channel.EMAIL,
                address=key,
                reason=Suppression.Reason.MANUAL,
                detail=detail,
            )
            for key in missing
        ),
        ignore_conflicts=True,
        batch_size=_BATCH,
    )
    Suppression.objects.filter(
        channel=Channel.EMAIL, address__in=known, reason=Suppression.Reason.BOUNCE
    ).update(reason=Suppression.Reason.MANUAL, detail=detail)
    _look_again(missing)
    rows = Suppression.objects.filter(channel=Channel.EMAIL, address__in=missing)
    return dict(rows.values_list("address", "pk"))


def _look_again(keys: list[str]) -> None:
    """Segments ask who can be reached."""
    people = Customer.objects.filter(email_norm__in=keys)
    mark_dirty(list(people.values_list("pk", flat=True)))


def _address_cells(text: str) -> list[str]:
    """Of each line the first cell with an @, whatever parts the cells."""
    lines = text.replace("\0", "").replace(";", ",").replace("\t", ",")
    try:
        rows = list(csv.reader(StringIO(lines)))
    except csv.Error:
        _refuse_file("This file cannot be read. Save it as CSV and try again.")
    return [cell for row in rows if (cell := next((c for c in row if "@" in c), ""))]


def _keys(cells: Iterable[str]) -> tuple[list[str], list[str]]:
    keys: dict[str, None] = {}
    odd = []
    for cell in cells:
        try:
            keys[email_key(cell)] = None
        except ValueError:
            odd.append(cell[:100])
    return list(keys), odd


def _detail(text: str) -> str:
    with naming("detail"):
        return clean_text(text, max_length=MAX_DETAIL)


def _refuse_file(message: str) -> None:
    raise Invalid(message, fields={"file": message})


def _key(address: str) -> str:
    with naming("address"):
        return email_key(address)
