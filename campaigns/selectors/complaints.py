"""How campaigns stand with those who report them as spam."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.urls import reverse

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery, Feedback
from campaigns.rules.bounces import Complaints, judge_complaints
from config.kit.clock import now
from customers.selectors.suggestions import Suggestion

_DAYS = 14
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """How many people reported a campaign, of how many it was sent to."""

    verdict: Complaints
    complained: int
    sent: int

    @property
    def is_much(self) -> bool:
        """Worth a warning."""
        return self.verdict != Complaints.FINE

    @property
    def is_too_much(self) -> bool:
        """Sending stops by itself."""
        return self.verdict == Complaints.TOO_MANY

    @property
    def share(self) -> str:
        return f"{self.complained / max(self.sent, 1):.2%}"


def standing_of(campaign_id: int) -> Standing:
    rows = Feedback.objects.filter(campaign=campaign_id, kind=Feedback.Kind.COMPLAINT)
    complained = rows.count()
    if not complained:
        return Standing(Complaints.FINE, 0, 0)
    sent = Delivery.objects.filter(campaign=campaign_id, outcome=Delivery.Outcome.SENT).count()
    return Standing(judge_complaints(complained=complained, sent=sent), complained, sent)


def much_reported(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Campaigns of late that many people reported, for those who may stop them."""
    if "campaigns.send" not in permissions:
        return []
    since = now() - timedelta(days=_DAYS)
    rows = Feedback.objects.filter(kind=Feedback.Kind.COMPLAINT, at__gte=since)
    most = rows.values_list("campaign").annotate(people=Count("id")).order_by("-people")[:_SHOWN]
    found = ((pk, standing_of(pk)) for pk, _ in most)
    reported = {pk: standing for pk, standing in found if standing.is_much}
    return [
        Suggestion(
            title=f"Many people report “{campaign.name}” as spam",
            detail=f"{reported[campaign.pk].share} of those it was sent to",
            url=reverse("campaign", args=[brand.slug, campaign.pk]),
            icon="flag",
            tone="venture",
        )
        for campaign in Campaign.objects.filter(pk__in=reported).order_by("-pk")
    ]
