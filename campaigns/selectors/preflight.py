"""A draft rendered for the people it would go to: whom would it show a gap, whom could it not be
written to at all, and how large does it get."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection
from msgspec import Struct, convert, field, to_builtins
from psycopg.sql import SQL

from campaigns.models.campaigns import Campaign
from campaigns.models.editor import Preflight
from campaigns.rules.languages import primary
from campaigns.rules.mailing import Mailing
from campaigns.rules.merge import UnsafeValue
from campaigns.rules.program import Recipient, mail_date
from campaigns.rules.rendering import gaps_of
from campaigns.selectors.arms import arm_params, armed
from campaigns.selectors.content import Content, content_of, editions, program_of, recipients
from campaigns.selectors.policy import contact_rules
from campaigns.selectors.turns import Pressure, pressure_on
from campaigns.selectors.variants import other_variants
from config.kit import sql
from config.kit.clock import now
from customers.models.customers import Customer
from customers.segments.compiler import compile_rule

# So many are looked at whenever the checks are; more in the background, when asked for.
AT_ONCE = 2_000
_NAMED = 3
Gaps = Callable[[Recipient], Iterable[str]]


class Finding(Struct, kw_only=True):
    """How many people something is wrong for, and a few of them by customer id."""

    count: int = 0
    ids: list[int] = []

    def add(self, customer_id: int) -> None:
        self.count += 1
        if len(self.ids) < _NAMED:
            self.ids = [*self.ids, customer_id]


class Look(Struct, kw_only=True):
    """What was found so far. `gaps` are by field name; `largest` is a copy's size in bytes;
    `waiting` for their turn under the contact rules, and `expiring` of them, who wait too long."""

    people: int = 0
    largest: int = 0
    gaps: dict[str, Finding] = {}
    unsafe: Finding = field(default_factory=Finding)
    waiting: int = 0
    expiring: int = 0

    def press(self, pressure: Pressure) -> None:
        self.waiting += pressure.waiting
        self.expiring += pressure.expiring

    def stored(self) -> dict[str, Any]:
        return to_builtins(self)  # type: ignore[no-any-return]


class Looker:
    """Renders every wording of a campaign for one person after the other."""

    def __init__(self, contents: Sequence[Content]) -> None:
        self._wordings: list[tuple[Mailing, Content, dict[str, Any]]] = [
            (program_of(each, brand_id=0, campaign_id=0), each, _gaps(each)) for each in contents
        ]
        self._date = mail_date(now())
        self.has_lists = any(mailing.has_lists for mailing, _, _ in self._wordings)

    def look(self, people: Iterable[Recipient], so_far: Look) -> None:
        """Add to `so_far` what is found for these people."""
        for person in people:
            so_far.people += 1
            for name in {name for wording in self._wordings for name in _missing(wording, person)}:
                so_far.gaps.setdefault(name, Finding()).add(person.customer_id)
            try:
                copies = [each.render(person, date=self._date) for each, _, _ in self._wordings]
            except UnsafeValue:
                so_far.unsafe.add(person.customer_id)
                continue
            so_far.largest = max(so_far.largest, *(len(copy.content) for copy in copies))


def _gaps(content: Content) -> dict[str, Any]:
    return {language: gaps_of(mail) for language, mail in editions(content).items()}


def _missing(wording: tuple[Mailing, Content, dict[str, Any]], person: Recipient) -> Iterable[str]:
    _, content, gaps = wording
    own = gaps.get(primary(person.language), gaps[content.language])
    found: list[str] = own(person.values, person.lists)
    return found


def wordings_of(campaign: Campaign) -> list[Content]:
    """The campaign's own words and those of its variants."""
    others = [content_of(each, campaign.brand) for each in other_variants(campaign)]
    return [content_of(campaign, campaign.brand), *others]


def hash_of(campaign: Campaign, contents: Sequence[Content]) -> str:
    """Changes with every word, the audience's rule, who is held out, the contact rules, and the
    day."""
    rules = to_builtins(contact_rules())
    said = [campaign.control_percent, campaign.contact_kind, rules]
    said += [each.stored() for each in contents]
    text = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def next_recipients(campaign: Campaign, *, after: int, most: int) -> list[int]:
    """Ids of those whom planning would find now, above `after`."""
    content = content_of(campaign, campaign.brand)
    if content.rule is None or content.as_of is None:
        return []
    compiled = compile_rule(content.rule, as_of=content.as_of)
    query = SQL(sql.load("campaigns", "recipients_after")).format(
        armed=armed(compiled.sql, campaign.channel)
    )
    keys = {**compiled.params, **arm_params(campaign), "after": after, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(query, keys)
        return [row[0] for row in cursor.fetchall()]


def looked_at_some(campaign: Campaign, contents: Sequence[Content]) -> Look:
    """The first AT_ONCE recipients."""
    looker, found = Looker(contents), Look()
    ids = next_recipients(campaign, after=0, most=AT_ONCE)
    looker.look(recipients(ids, with_lists=looker.has_lists), found)
    found.press(pressure_on(campaign, ids))
    return found


def kept_look(campaign: Campaign, content_hash: str, *, people: int) -> Preflight | None:
    """The look at everybody, finished or not, if it is at what the campaign says now, and at as
    many people as it would go to now."""
    runs = Preflight.objects.filter(campaign=campaign, content_hash=content_hash)
    return runs.filter(people=people).first()


def look_of(run: Preflight) -> Look:
    return convert(run.findings, Look) if run.findings else Look()


def names_of(customer_ids: Sequence[int]) -> str:
    """A few customers by name, or by address where they have none."""
    found = Customer.objects.in_bulk(customer_ids)
    people = [found[each] for each in customer_ids if each in found]
    return ", ".join(f"{each.first_name} {each.last_name}".strip() or each.email for each in people)
