"""Campaigns as a list: how far each is, and what came of it."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db import connection
from psycopg.sql import SQL

from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from campaigns.selectors.attribution import attributed
from campaigns.selectors.lifts import proofs_of
from campaigns.selectors.redeemed import redeemed_of
from config.kit import sql
from customers.rules.lift import Proof

State = Campaign.State
RUNNING = (State.LAUNCHING, State.SENDING, State.PAUSED)


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of a campaign's messages. Money is minor units of the brand's currency."""

    sent: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0
    clicked: int = 0
    clicks: int = 0
    unsubscribed: int = 0
    # Opens say little: many programs open mails, and many people read without loading pictures.
    opened: int = 0
    bounced: int = 0
    complained: int = 0
    has_simulated_clicks: bool = False
    orders: int = 0
    buyers: int = 0
    net_minor: int = 0
    has_simulated_orders: bool = False

    @property
    def net_per_sent_minor(self) -> int | None:
        """Revenue after click for each mail sent; None when none was."""
        return round(self.net_minor / self.sent) if self.sent else None

    @property
    def decided(self) -> int:
        """Messages that have an outcome."""
        return self.sent + self.failed + self.unknown + self.skipped


@dataclass(frozen=True, slots=True)
class Row:
    """A campaign in the list."""

    campaign: Campaign
    figures: Figures
    proof: Proof

    @property
    def is_running(self) -> bool:
        """Whether it moves by itself; a list waits for people."""
        return self.campaign.state in RUNNING and not self.campaign.is_list

    @property
    def share(self) -> str:
        """How far it is, as a width."""
        return f"{self.figures.decided / max(self.campaign.planned, 1):.1%}"


@dataclass(frozen=True, slots=True)
class Page:
    """Campaigns, newest first; `next` is the id the next page starts below (None: the end)."""

    rows: list[Row]
    next: int | None


def campaigns_page(
    *, below: int | None = None, states: Collection[str] = (), limit: int = 25
) -> Page:
    """Campaigns with an id below `below`, in these states (none named: all)."""
    found = Campaign.objects.select_related("segment").order_by("-id")
    if below is not None:
        found = found.filter(pk__lt=below)
    if states:
        found = found.filter(state__in=states)
    shown = list(found[: limit + 1])
    rows = _with_figures(shown[:limit])
    return Page(rows, shown[limit - 1].pk if len(shown) > limit else None)


def row_of(campaign: Campaign) -> Row:
    return _with_figures([campaign])[0]


def figures_of(campaign_ids: Collection[int]) -> dict[int, Figures]:
    """The figures of these campaigns, by id. Orders are those after a click; of letters and calls
    those that came with a code of theirs."""
    with connection.cursor() as cursor:
        cursor.execute(
            SQL(sql.load("campaigns", "report")).format(attributed=attributed()),
            {"brand_id": current_brand_id(), "campaign_ids": list(campaign_ids)},
        )
        found = {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}
    for pk, came in redeemed_of(campaign_ids).items():
        found[pk] = replace(found[pk], orders=came.orders, net_minor=came.net_minor)
    return found


def _with_figures(campaigns: list[Campaign]) -> list[Row]:
    figures = figures_of([campaign.pk for campaign in campaigns])
    proofs = proofs_of(campaigns)
    return [Row(each, figures[each.pk], proofs[each.pk]) for each in campaigns]
