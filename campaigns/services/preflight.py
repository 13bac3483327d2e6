"""Looking at everybody a campaign would go to, in turns."""

from django.db import transaction

from accounts.services.events import record
from campaigns.events import PreflightRequested
from campaigns.models.campaigns import Campaign
from campaigns.models.editor import Preflight
from campaigns.selectors.audience import audience_of
from campaigns.selectors.content import recipients
from campaigns.selectors.preflight import (
    Looker,
    hash_of,
    look_of,
    next_recipients,
    wordings_of,
)
from campaigns.selectors.turns import pressure_on
from config.kit.clock import now
from config.kit.errors import Conflict

# About a second's work.
TURN = 10_000


def request_look(campaign: Campaign) -> Preflight:
    """Begin to render the draft for everybody; a look at the same words and as many people that is
    there already, or on its way, is taken. Raises a DomainError for a mail that cannot be rendered
    at all."""
    contents = wordings_of(campaign)
    if contents[0].rule is None or contents[0].as_of is None:
        raise Conflict("Choose who should get this mail.")
    Looker(contents)
    content_hash = hash_of(campaign, contents)
    audience = audience_of(contents[0].rule, as_of=contents[0].as_of, campaign=campaign)
    with transaction.atomic():
        rows = Preflight.objects.select_for_update(no_key=True)
        run = rows.filter(campaign=campaign).first()
        if run is not None and (run.content_hash, run.people) == (content_hash, audience.reachable):
            return run
        if run is not None:
            run.delete()
        run = Preflight.objects.create(
            campaign=campaign, content_hash=content_hash, people=audience.reachable
        )
        record(PreflightRequested(subject_id=campaign.pk))
    return run


def look_further(campaign_id: int) -> bool:
    """One turn; True when there is nothing left to look at.

    A look at words that have changed meanwhile is worth nothing, and is thrown away."""
    with transaction.atomic():
        rows = Preflight.objects.select_for_update(no_key=True)
        run = rows.filter(campaign_id=campaign_id, finished_at=None).first()
        if run is None:
            return True
        campaign = Campaign.objects.select_related("segment", "brand").get(pk=campaign_id)
        contents = wordings_of(campaign)
        if hash_of(campaign, contents) != run.content_hash:
            run.delete()
            return True
        ids = next_recipients(campaign, after=run.looked_up_to, most=TURN)
        looker, found = Looker(contents), look_of(run)
        looker.look(recipients(ids, with_lists=looker.has_lists), found)
        found.press(pressure_on(campaign, ids))
        run.findings, run.looked_at, run.largest = found.stored(), found.people, found.largest
        run.looked_up_to = ids[-1] if ids else run.looked_up_to
        if len(ids) < TURN:
            run.finished_at = now()
        run.save()
    return run.finished_at is not None
