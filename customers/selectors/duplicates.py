"""The queue of pairs who may be one person, and two records side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from accounts.selectors.members import names_of
from customers.models.customers import Customer, CustomerFacts
from customers.models.merges import DuplicatePair, Merge
from customers.rules.merging import CHOICES, COLUMNS, taken_attributes, taken_columns
from customers.rules.phones import shown_phone
from customers.selectors.attributes import definitions, shown_value

PAGE_SIZE = 25
REASONS = {
    "email": "one mailbox in two spellings",
    "birthday": "the same name and birthday",
    "postcode": "the same name and postcode",
    "phone": "the same telephone number",
    "city": "the same name and town",
}
_LABELS = {
    "name": "Name",
    "email": "E-mail",
    "phone": "Phone",
    "country": "Country",
    "city": "Town",
    "language": "Language",
}


@dataclass(frozen=True, slots=True)
class QueuePage:
    """`after` leads to the next page, empty on the last."""

    pairs: list[DuplicatePair]
    total: int
    after: str


@dataclass(frozen=True, slots=True)
class Search:
    """When everybody was last compared, and how many groups were too large to tell."""

    at: datetime
    left_out: int


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the comparison. `takes` is what the merge would do without further word: keep
    "kept", fill from "gone", or nothing where the two agree."""

    key: str
    label: str
    kept: str
    gone: str
    takes: str

    @property
    def has_choice(self) -> bool:
        return bool(self.kept and self.gone and self.takes)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records, with what it is worth and how it is known."""

    customer: Customer
    facts: CustomerFacts | None
    names: list[str]


@dataclass(frozen=True, slots=True)
class MergeRow:
    """A merge that can be undone, and who did it."""

    merge: Merge
    by: str


def open_pairs() -> QuerySet[DuplicatePair]:
    """Pairs to look at: both records still in use."""
    rows = DuplicatePair.objects.filter(state=DuplicatePair.State.OPEN)
    for side in ("first", "second"):
        in_use = {f"{side}__merged_into__isnull": True, f"{side}__erased_at__isnull": True}
        rows = rows.filter(**in_use)
    return rows.select_related("first", "second").order_by("-score", "-id")


def queue_page(after: str = "") -> QueuePage:
    """The most telling pairs first; `after` is the cursor of the page before."""
    rows = open_pairs()
    total = rows.count()
    score, _, number = after.partition(".")
    if score.isdecimal() and number.isdecimal() and len(after) < 20:
        rows = rows.filter(Q(score__lt=int(score)) | Q(score=int(score), id__lt=int(number)))
    found = list(rows[: PAGE_SIZE + 1])
    pairs = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return QueuePage(pairs, total, f"{pairs[-1].score}.{pairs[-1].pk}" if more else "")


def pair_of(one: Customer, other: Customer) -> DuplicatePair | None:
    first, second = sorted((one.pk, other.pk))
    return DuplicatePair.objects.filter(first=first, second=second).first()


def last_search(brand: Brand) -> Search | None:
    event = DomainEvent.objects.filter(type="duplicates.searched").order_by("-id").first()
    return Search(event.at, int(event.payload.get("left_out", 0))) if event else None


def recent_merges(limit: int = 10) -> list[MergeRow]:
    """The newest merges in force."""
    rows = Merge.objects.filter(undone_at=None, kept__erased_at=None)
    merges = list(rows.select_related("kept", "gone").order_by("-id")[:limit])
    names = names_of(merge.by_id for merge in merges)
    return [MergeRow(merge, names.get(merge.by_id or 0, "a program")) for merge in merges]


def kept_first(one: Customer, other: Customer) -> tuple[Customer, Customer]:
    """Which record to propose to keep: one that others are part of, one with more orders, the
    older one."""
    counts = dict(
        CustomerFacts.objects.filter(customer__in=[one, other]).values_list(
            "customer_id", "orders_count"
        )
    )
    parents = set(
        Customer.objects.filter(merged_into__in=[one, other]).values_list(
            "merged_into_id", flat=True
        )
    )
    kept, gone = sorted(
        (one, other), key=lambda c: (c.pk not in parents, -counts.get(c.pk, 0), c.pk)
    )
    return kept, gone


def side_of(customer: Customer) -> Side:
    return Side(
        customer,
        CustomerFacts.objects.filter(customer=customer).first(),
        list(customer.identities.order_by("kind", "id").values_list("value", flat=True)),
    )


def comparison(kept: Customer, gone: Customer, brand: Brand) -> list[Field]:
    """The two records line by line, with what a merge would take from which."""
    return [*_columns(kept, gone), *_attributes(kept, gone, brand)]


def _columns(kept: Customer, gone: Customer) -> Iterator[Field]:
    ours, theirs = ({c: getattr(side, c) for c in COLUMNS} for side in (kept, gone))
    taken = taken_columns(ours, theirs)
    for key, columns in CHOICES.items():
        left, right = _shown(key, ours), _shown(key, theirs)
        differs = any(ours[column] != theirs[column] for column in columns)
        takes = "gone" if any(column in taken for column in columns) else "kept"
        if left or right:
            yield Field(key, _LABELS[key], left, right, takes if differs else "")


def _shown(key: str, record: Mapping[str, str]) -> str:
    if key == "name":
        return f"{record['first_name']} {record['last_name']}".strip()
    return shown_phone(record[key]) if key == "phone" else record[key]


def _attributes(kept: Customer, gone: Customer, brand: Brand) -> Iterator[Field]:
    known = definitions()
    taken = taken_attributes(kept.attributes, gone.attributes)
    for name in sorted(kept.attributes.keys() | gone.attributes.keys()):
        left, right = (
            shown_value(side.attributes[name], known.get(name), brand)
            if name in side.attributes
            else ""
            for side in (kept, gone)
        )
        label = known[name].label if name in known else name
        takes = "gone" if name in taken else "kept"
        yield Field(f"attributes/{name}", label, left, right, takes if left != right else "")
