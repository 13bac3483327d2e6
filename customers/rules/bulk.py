"""Reading bodies of many items: what is wrong with one never stops the others."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from config.kit.errors import Invalid

T = TypeVar("T")
MAX_ITEMS = 1000
EARLIEST_YEAR = 1900

# msgspec ends its messages with where it was: "... - at `$.customer.email`".
_PLACE = re.compile(r"^(.*?)(?: - at `(?:key in )?\$(.*)`)?\Z", re.DOTALL)
# Of compact JSON: an escaped control character that is neither newline nor tab, or one of those
# that JSON lets through (U+007F to U+009F).
_CONTROL = re.compile(r"(?<!\\)(?:\\\\)*\\(?:u00|b|f|r)|[\x7f-\x9f]")


class Problem(msgspec.Struct, frozen=True):
    """What is wrong at one place of an item; the pointer (RFC 6901) starts at the item."""

    pointer: str
    detail: str


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one item; `id` is the API's id of the row, where it has one."""

    status: str
    id: str = ""
    errors: tuple[Problem, ...] = ()


class Unusable(ValueError):
    """One item cannot be used."""

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = Problem(pointer, detail)


@dataclass(frozen=True, slots=True)
class Items(Generic[T]):
    """The usable items of a body with their places in it, and the problems of the others."""

    total: int
    usable: dict[int, T] = field(default_factory=dict)
    problems: dict[int, Problem] = field(default_factory=dict)

    def outcomes(self, of_usable: Mapping[int, Outcome]) -> list[Outcome]:
        """One for each item of the body, in its order; a problem found later counts."""
        failed = {at: Outcome("error", errors=(p,)) for at, p in self.problems.items()}
        return [failed[at] if at in failed else of_usable[at] for at in range(self.total)]


def split_items(body: bytes, name: str) -> tuple[list[bytes], str]:
    """The items of `[...]`, of `{"<name>": [...]}` or of one single object, and the pointer to
    the first one's parent. Raises Invalid for what is none of these, and for too many."""
    array, pointer = item_array(body, name)
    try:
        items = [bytes(raw) for raw in msgspec.json.decode(array, type=list[msgspec.Raw])]
    except (msgspec.MsgspecError, RecursionError):
        items = _leniently(array)
    return check_count(items), pointer


def _leniently(array: bytes) -> list[bytes]:
    """The items when one of them holds what only reading it alone shows to be broken."""
    try:
        values = json.loads(array)
    except (ValueError, RecursionError) as error:
        raise _not_json(error) from error
    if not isinstance(values, list):
        raise _not_json(ValueError("there is no list in it"))
    return [json.dumps(value).encode() for value in values]


def check_count(items: list[T]) -> list[T]:
    """Raises Invalid for none and for more than one call may carry."""
    if not 0 < len(items) <= MAX_ITEMS:
        message = f"Send between 1 and {MAX_ITEMS:,} at a time; there are {len(items):,} here."
        raise Invalid(message, code="too_many_items" if items else "no_items")
    return items


def item_array(body: bytes, name: str) -> tuple[bytes, str]:
    """The JSON array in the body, and the pointer to it."""
    text = body.lstrip(b" \t\r\n")
    if not text.startswith(b"{"):
        return body, ""
    try:
        parts = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise _not_json(error) from error
    if name not in parts:
        return b"[" + body + b"]", ""
    if len(parts) > 1:
        raise Invalid.at(min(set(parts) - {name})[:60], f"There may be nothing beside {name!r}.")
    return bytes(parts[name]), f"/{name}"


def read_items(raw_items: list[bytes], decoder: "msgspec.json.Decoder[T]") -> Items[T]:
    """Each item decoded, its text in normal form."""
    items: Items[T] = Items(len(raw_items))
    for at, raw in enumerate(raw_items):
        try:
            items.usable[at] = decode_item(raw, decoder)
        except Unusable as error:
            items.problems[at] = error.problem
    return items


def decode_item(raw: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    """One item with its text in NFC and without control characters. Raises Unusable."""
    try:
        return decoder.decode(_normal(raw))
    except msgspec.ValidationError as error:
        raise unusable(error) from error
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        if isinstance(error, Unusable):
            raise
        raise Unusable("", f"This is not JSON: {str(error)[:200]}") from error


def unusable(error: msgspec.ValidationError, below: str = "") -> Unusable:
    """msgspec's finding as a pointer and a sentence."""
    found = _PLACE.match(str(error))
    message, place = found.groups() if found else (str(error), None)
    pointer = re.sub(r"\[(\d+)\]", r"/\1", place or "").replace("[...]", "").replace(".", "/")
    return Unusable(below + pointer, f"{message[:240]}.")


def _normal(raw: bytes) -> bytes:
    if raw.isascii() and b"\\" not in raw and b"\x7f" not in raw:
        return raw
    # Written anew, only what must be is escaped.
    text = msgspec.json.encode(msgspec.json.decode(raw)).decode()
    if _CONTROL.search(text):
        raise Unusable("", "This holds a control character or broken text; please remove it.")
    # No character of JSON's own combines with another.
    return unicodedata.normalize("NFC", text).encode()


def check_instant(at: datetime, latest: datetime, pointer: str) -> datetime:
    """Raises Unusable for an instant before 1900 or after `latest`."""
    if at.year < EARLIEST_YEAR or at > latest:
        raise Unusable(pointer, "The time cannot lie in the future, nor before 1900.")
    return at


def _not_json(error: Exception) -> Invalid:
    return Invalid(f"The body is not a JSON array of items: {str(error)[:200]}.", code="not_json")


def failed_fields(outcomes: list[Outcome], pointer: str) -> dict[str, str]:
    """Every problem by its pointer into the body, for a body without one usable item."""
    return {
        f"{pointer}/{at}{problem.pointer}": problem.detail
        for at, outcome in enumerate(outcomes)
        for problem in outcome.errors
    }


def as_response(outcomes: list[Outcome]) -> dict[str, Any]:
    """How many of each, and what became of each item in the body's order."""
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome.status] = counts.get(outcome.status, 0) + 1
    return {"counts": counts, "results": outcomes}
