"""What happens to segments and their members, as facts in the past tense."""

from dataclasses import dataclass

from accounts.events import Event


@dataclass(frozen=True, kw_only=True)
class SegmentSaved(Event):
    type = "segment.saved"
    subject = "segment"


@dataclass(frozen=True, kw_only=True)
class SegmentExported(Event):
    """Somebody took the segment's people away as a file."""

    type = "segment.exported"
    subject = "segment"
    customers: int


@dataclass(frozen=True, kw_only=True)
class SegmentRuleChanged(Event):
    """The segment asks something else than before: it is new, or its rule or that of a segment
    inside it was changed. All its members are due to be looked at."""

    type = "segment.rule_changed"
    subject = "segment"


@dataclass(frozen=True, kw_only=True)
class SegmentMembersChanged(Event):
    """One evaluation moved `entered` customers in and `left` out; who they are stands in
    SegmentMember under `change_id`."""

    type = "segment.members_changed"
    subject = "segment"
    change_id: int
    entered: int
    left: int
    cause: str


@dataclass(frozen=True, kw_only=True)
class SegmentDeleted(Event):
    type = "segment.deleted"
    subject = "segment"
