"""What one campaign did: progress while it runs, the result afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.models.messages import Delivery, Feedback
from campaigns.rules import reasons
from campaigns.rules.offers import BLOCK_DROPPED, ITEM_REPLACED
from campaigns.selectors.arms import HELD_OUT
from campaigns.selectors.campaigns import Figures, figures_of
from campaigns.selectors.lifts import lift_of
from campaigns.selectors.variants import variant_of_link
from config.kit import ids, sql
from config.kit.clock import now
from config.kit.figures import Funnel, Step, Unit
from customers.rules.lift import Lift

_RATE_SECONDS = 10
_OVER = (Campaign.State.DONE, Campaign.State.CANCELLED)
_MOST_COMPLAINTS = 50
CUSTOMER = "cus"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running campaign is; `rate` is messages a second, None while nothing moves;
    `waiting` are those whose turn under the contact rules comes later."""

    done: int
    total: int
    rate: float | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some messages were not sent. `outcome` is skipped, failed or unknown."""

    outcome: str
    words: str
    count: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the mail, and who followed it; `variant` where there are several."""

    number: int
    url: str
    people: int
    clicks: int
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Somebody who reported the mail as spam."""

    name: str
    public_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Result:
    """Everything the report shows of one campaign."""

    campaign: Campaign
    figures: Figures
    reasons: list[Reason]
    links: list[Link]
    left_out: int
    lift: Lift | None
    # Of those sent: copies that show another product for one sold out, and without such products.
    replaced: int = 0
    dropped: int = 0

    @property
    def audience(self) -> int:
        """Everybody in the segment at launch."""
        return self.campaign.planned + self.left_out

    @property
    def waiting(self) -> int:
        """Planned, and nothing has become of them yet."""
        return max(self.campaign.planned - self.figures.decided, 0)

    def funnel(self, unit: Unit) -> Funnel:
        steps = [
            Step("Planned", self.campaign.planned, "neutral"),
            Step("Sent", self.figures.sent, "cross-sell"),
            Step("Delivered", self.figures.sent - self.figures.bounced, "cross-sell"),
            Step("Clicked", self.figures.clicked, "repeat"),
            Step(
                f"Ordered within {self.campaign.attribution_days} days",
                self.figures.buyers,
                "value",
            ),
        ]
        return Funnel(steps, unit)


def progress_of(campaign: Campaign) -> Progress:
    moment = now()
    since = moment - timedelta(seconds=_RATE_SECONDS)
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("campaigns", "progress"),
            {"brand_id": current_brand_id(), "campaign_id": campaign.pk, "since": since},
        )
        done, recent, first_at, waiting = cursor.fetchone() or (0, 0, None, 0)
    return Progress(done, campaign.planned, _rate(recent, first_at, moment), waiting)


def _rate(recent: int, first_at: datetime | None, moment: datetime) -> float | None:
    """A young campaign is measured from its first message on, but over one second at least.

    Below one a second nothing sensible can be said about the time left."""
    if not recent or first_at is None:
        return None
    elapsed = (moment - first_at).total_seconds()
    rate = recent / min(max(elapsed, 1.0), _RATE_SECONDS)
    return rate if rate >= 1 else None


def result_of(campaign: Campaign) -> Result:
    planned_out = {str(code): int(count) for code, count in campaign.skipped.items()}
    found = [("skipped", code, count) for code, count in planned_out.items()]
    outcomes = _outcomes(campaign)
    found += [each for each in outcomes if each[0] != Delivery.Outcome.SENT]
    sent = {code: count for outcome, code, count in outcomes if outcome == Delivery.Outcome.SENT}
    return Result(
        campaign=campaign,
        figures=figures_of([campaign.pk])[campaign.pk],
        reasons=_merged(found, campaign.channel),
        links=_links(campaign),
        left_out=sum(planned_out.values()),
        lift=lift_of(campaign) if campaign.state in _OVER else None,
        replaced=sent.get(ITEM_REPLACED, 0),
        dropped=sent.get(BLOCK_DROPPED, 0),
    )


def _outcomes(campaign: Campaign) -> list[tuple[str, str, int]]:
    """Of those planned; ghosts of who was held out are counted at planning already."""
    rows = Delivery.objects.filter(campaign=campaign).exclude(reason__in=HELD_OUT)
    return list(rows.values_list("outcome", "reason").annotate(count=Count("id")))


def _merged(found: list[tuple[str, str, int]], channel: str) -> list[Reason]:
    """One line per outcome and reason, whether it held at planning or just before sending."""
    counts: dict[tuple[str, str], int] = {}
    for outcome, code, count in found:
        counts[outcome, code] = counts.get((outcome, code), 0) + count
    ordered = sorted(counts.items(), key=lambda item: (item[0][0] != "skipped", -item[1]))
    return [
        Reason(outcome, reasons.words(code, channel), count) for (outcome, code), count in ordered
    ]


def _links(campaign: Campaign) -> list[Link]:
    clicked = Feedback.objects.filter(campaign=campaign, kind=Feedback.Kind.CLICK, is_machine=False)
    counts = {
        number: (people, clicks)
        for number, people, clicks in clicked.values_list("link").annotate(
            people=Count("customer", distinct=True), clicks=Count("id")
        )
    }
    return [
        Link(
            link.number,
            link.url,
            *counts.get(link.number, (0, 0)),
            variant=variant_of_link(campaign, link.number),
        )
        for link in CampaignLink.objects.filter(campaign=campaign).order_by("number")
    ]


def complaints(campaign: Campaign) -> list[Complaint]:
    """Who reported the mail as spam, the latest first; at most 50."""
    rows = Feedback.objects.filter(campaign=campaign, kind=Feedback.Kind.COMPLAINT)
    found = rows.select_related("customer").order_by("-at", "-id")[:_MOST_COMPLAINTS]
    return [
        Complaint(str(row.customer), ids.encode(CUSTOMER, row.customer.uid), row.at)
        for row in found
    ]


def recipients_batch(campaign_id: int, *, after: int, limit: int) -> list[dict[str, Any]]:
    """Deliveries with an id above `after`, with whom they went to and whether they answered."""
    answered = Q(customer__feedback__campaign_id=campaign_id)
    rows = (
        Delivery.objects.filter(campaign_id=campaign_id, pk__gt=after)
        .order_by("id")
        .annotate(
            clicks=Count(
                "customer__feedback",
                filter=answered
                & Q(
                    customer__feedback__kind=Feedback.Kind.CLICK,
                    customer__feedback__is_machine=False,
                ),
            ),
            unsubscribes=Count(
                "customer__feedback",
                filter=answered & Q(customer__feedback__kind=Feedback.Kind.UNSUBSCRIBE),
            ),
        )
    )
    return list(
        rows.values(
            *("id", "customer__email", "customer__first_name", "customer__last_name"),
            *("outcome", "reason", "at", "clicks", "unsubscribes"),
        )[:limit]
    )
