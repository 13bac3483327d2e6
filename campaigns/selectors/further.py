"""Personal fields that apps above add to mails. They are asked for only when a mail names one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from campaigns.rules.conditions import SPACES, Values
from campaigns.rules.program import Recipient
from campaigns.rules.tags import EXAMPLE, TAG_NAMES, TAGS, Tag


class Fill(Protocol):
    """The values of many customers at once, by id; who is missing has none. The cursor is inside
    the brand's scope, and not always Django's."""

    def __call__(
        self, cursor: Any, brand_id: int, customer_ids: Sequence[int]
    ) -> Mapping[int, Values]: ...


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields that one app adds, all named `<space>.<name>`; `why_empty` says in words why nobody
    has values just now, and "" when some do."""

    space: str
    tags: tuple[Tag, ...]
    fill: Fill
    why_empty: Callable[[], str] = str


_fields: dict[str, Fields] = {}


def add_fields(fields: Fields) -> None:
    """Filled from config/registries.py."""
    assert fields.space in SPACES, fields.space
    assert all(tag.name.startswith(f"{fields.space}.") for tag in fields.tags)
    _fields[fields.space] = fields


def all_tags() -> tuple[Tag, ...]:
    """Those that are known of every customer, and then those of apps above."""
    return (*TAGS, *(tag for fields in _fields.values() for tag in fields.tags))


def all_names() -> frozenset[str]:
    return TAG_NAMES | {tag.name for tag in all_tags()}


def warnings(blocks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What stored blocks ask for that nobody has just now."""
    said = str(blocks)
    for fields in _fields.values():
        is_asked = f"{fields.space}." in said or f"'{fields.space}'" in said
        if is_asked and (words := fields.why_empty()):
            yield words


def example() -> Recipient:
    """An invented reader who has everything."""
    return EXAMPLE._replace(values={tag.name: tag.example for tag in all_tags()})


def filled(cursor: Any, brand_id: int, recipients: Sequence[Recipient]) -> list[Recipient]:
    """The same recipients with the values that apps above know of them."""
    for fields in _fields.values():
        known = fields.fill(cursor, brand_id, [each.customer_id for each in recipients])
        recipients = [
            each._replace(values={**each.values, **known.get(each.customer_id, {})})
            for each in recipients
        ]
    return list(recipients)
