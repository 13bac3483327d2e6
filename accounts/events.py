"""Domain events: facts in the past tense, as typed values. An app's own stand in its events.py."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

EVENT_TYPES: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. Fields are ids and numbers only; they become the payload.

    `type` is `noun.happened`, `subject` the kind of row that `subject_id` names."""

    type: ClassVar[str]
    subject: ClassVar[str]
    version: ClassVar[int] = 1

    subject_id: int

    def __init_subclass__(cls) -> None:
        EVENT_TYPES[cls.type] = cls

    def payload(self) -> dict[str, Any]:
        values = asdict(self)
        values.pop("subject_id")
        return values


@dataclass(frozen=True, kw_only=True)
class BrandCreated(Event):
    type = "brand.created"
    subject = "brand"


@dataclass(frozen=True, kw_only=True)
class BrandChanged(Event):
    type = "brand.changed"
    subject = "brand"


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Event):
    type = "api_key.created"
    subject = "api_key"


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Event):
    type = "api_key.revoked"
    subject = "api_key"


@dataclass(frozen=True, kw_only=True)
class MemberChanged(Event):
    """Somebody was added, removed or given another role; `role` is empty when removed."""

    type = "member.changed"
    subject = "user"
    role: str = ""
