"""What a program may tell of a customer's doing, and how a body of such events is read.

A body that is plain (ASCII, no escapes, instants in UTC, nobody named by an id of ours) goes to the
database as it came; anything else is read item by item and written anew."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from config.kit import ids
from config.kit.text import clean_text, email_key
from customers.rules.bulk import (
    EARLIEST_YEAR,
    Outcome,
    Problem,
    Unusable,
    check_count,
    check_instant,
    decode_item,
    item_array,
    split_items,
    unusable,
)

MAX_PROPERTIES = 32
MAX_PROPERTIES_BYTES = 4096

_NAME = r"^[a-z0-9_.]{1,60}\Z"
_SOURCE = r"^[a-z0-9_.-]{1,30}\Z"
Source = Annotated[str, Meta(pattern=_SOURCE)]
Scalar = str | int | float | bool | None
Properties = Annotated[
    dict[Annotated[str, Meta(min_length=1, max_length=60)], Scalar | list[Scalar]],
    Meta(max_length=MAX_PROPERTIES),
]


class Who(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Whom an event is about. `source` is the system the external id belongs to ("api": given
    through this API). A visitor nobody knows yet has an `anonymous_id`."""

    id: Annotated[str, Meta(max_length=40)] | UnsetType = UNSET
    external_id: Annotated[str, Meta(min_length=1, max_length=254)] | UnsetType = UNSET
    source: Source | UnsetType = UNSET
    email: Annotated[str, Meta(min_length=3, max_length=254)] | UnsetType = UNSET
    anonymous_id: Annotated[str, Meta(min_length=1, max_length=120)] | UnsetType = UNSET


class NewEvent(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """One thing somebody did; (`source`, `id`) counts once. Without `at` it is now."""

    id: Annotated[str, Meta(min_length=1, max_length=120)]
    name: Annotated[str, Meta(pattern=_NAME)]
    customer: Who
    source: Source | UnsetType = UNSET
    at: Annotated[datetime, Meta(tz=True)] | None = None
    properties: Raw | UnsetType = UNSET


class _Named(NewEvent, kw_only=True):
    """One of many: their names and sources are few, and looked at once each."""

    name: str
    source: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Batch:
    """`rows`: a JSON array of the usable events, for the database; `places`: where each of them
    stands in the body; `problems` of the others by their place."""

    rows: bytes
    places: range | list[int]
    total: int
    pointer: str = ""
    problems: dict[int, Problem] = field(default_factory=dict)

    @property
    def names_visitors(self) -> bool:
        """Whether an anonymous id stands in it (maybe only in a property)."""
        return b'"anonymous_id"' in self.rows


_ALL = msgspec.json.Decoder(list[_Named])
_ONE = msgspec.json.Decoder(NewEvent)
_PROPERTIES = msgspec.json.Decoder(Properties)


def read_events(body: bytes, *, latest: datetime) -> Batch:
    """The events of `[...]`, `{"events": [...]}` or one single event.

    `latest` is the last instant that is not the future. Raises Invalid for a body that is not a
    list of 1 to 1,000 items."""
    if body.isascii() and b"\\" not in body and b"\x7f" not in body:
        array, pointer = item_array(body, "events")
        try:
            events = _ALL.decode(array)
        except (msgspec.MsgspecError, RecursionError):
            pass
        else:
            # No text begins or ends with a space where no quotation mark has one beside it.
            is_tight = b" " not in array or (b' "' not in array and b'" ' not in array)
            is_tidy = is_tight or all(_is_tidy(event) for event in events)
            if is_tidy and _are_plain(check_count(events), latest):
                return Batch(array, range(len(events)), len(events), pointer)
    raw_items, pointer = split_items(body, "events")
    return read_lines(raw_items, latest=latest, pointer=pointer)


def read_lines(raw_items: list[bytes], *, latest: datetime, pointer: str = "") -> Batch:
    """The same, item by item."""
    rows, places, problems = [], [], {}
    for place, raw in enumerate(raw_items):
        try:
            rows.append(msgspec.json.encode(_checked(decode_item(raw, _ONE), latest)))
            places.append(place)
        except Unusable as error:
            problems[place] = error.problem
    return Batch(b"[" + b",".join(rows) + b"]", places, len(raw_items), pointer, problems)


def _are_plain(events: list[_Named], latest: datetime) -> bool:
    """Whether all can go to the database as they came. Runs for each event: it is kept flat."""
    decode = _PROPERTIES.decode
    if not _are_well_named(events):
        return False
    try:
        for event in events:
            at, who, properties = event.at, event.customer, event.properties
            if at is not None and (at.tzinfo is not UTC or at > latest or at.year < EARLIEST_YEAR):
                return False
            if who.id is not UNSET or not _names_somebody(who):
                return False
            if who.email is not UNSET and "@" not in who.email:
                return False
            if properties is not UNSET:
                if len(properties) > MAX_PROPERTIES_BYTES:
                    return False
                decode(properties)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False
    return True


def _are_well_named(events: list[_Named]) -> bool:
    sources = {event.source for event in events} - {UNSET}
    return all(re.match(_NAME, name) for name in {event.name for event in events}) and all(
        re.match(_SOURCE, str(source)) for source in sources
    )


def _is_tidy(event: NewEvent) -> bool:
    """Whether nothing that is compared has white space around it."""
    who = event.customer
    texts = (event.id, who.external_id, who.anonymous_id)
    return all(text is UNSET or text == text.strip() for text in texts)


def _names_somebody(who: Who) -> bool:
    return not (who.external_id is UNSET and who.email is UNSET and who.anonymous_id is UNSET)


def _checked(event: NewEvent, latest: datetime) -> NewEvent:
    """The event as the database takes it: one spelling of everything. Raises Unusable."""
    event.id = _text(event.id, 120, "/id")
    if event.at is not None:
        event.at = check_instant(event.at, latest, "/at").astimezone(UTC)
    event.customer = _somebody(event.customer)
    if event.properties is not UNSET:
        if len(event.properties) > MAX_PROPERTIES_BYTES:
            raise Unusable(
                "/properties", f"Properties take at most {MAX_PROPERTIES_BYTES:,} bytes."
            )
        try:
            _PROPERTIES.decode(event.properties)
        except msgspec.ValidationError as error:
            raise unusable(error, below="/properties") from error
        except ValueError as error:  # a whole number of thousands of digits
            raise Unusable("/properties", "A number here is too long.") from error
    return event


def _somebody(who: Who) -> Who:
    if who.id is not UNSET:
        uid = ids.decode("cus", who.id)
        if uid is None:
            raise Unusable("/customer/id", "There is no customer with this id.")
        return Who(id=str(uid), anonymous_id=who.anonymous_id)
    if not _names_somebody(who):
        raise Unusable("/customer", "Give an id, an external_id, an email or an anonymous_id.")
    if who.external_id is not UNSET:
        who.external_id = _text(who.external_id, 254, "/customer/external_id")
    if who.anonymous_id is not UNSET:
        who.anonymous_id = _text(who.anonymous_id, 120, "/customer/anonymous_id")
    if who.email is not UNSET:
        try:
            who.email = email_key(who.email)
        except ValueError as error:
            raise Unusable("/customer/email", str(error)) from error
    return who


def _text(value: str, max_length: int, pointer: str) -> str:
    try:
        text = clean_text(value, max_length=max_length)
    except ValueError as error:
        raise Unusable(pointer, str(error)) from error
    if not text:
        raise Unusable(pointer, "This is empty.")
    return text


CREATED = Outcome("created")
DUPLICATE = Outcome("duplicate")
UNKNOWN = Outcome("unknown_customer")
ERASED = Outcome(
    "error",
    errors=(
        Problem("/customer/email", "The person with this address asked to be erased; not kept."),
    ),
)
NOBODY = Outcome("error", errors=(Problem("/customer/id", "There is no customer with this id."),))
