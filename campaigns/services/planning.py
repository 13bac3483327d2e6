"""From a launched campaign to chunks of recipients that senders take up."""

import json
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django.db import connection, transaction
from psycopg.sql import SQL

from accounts.scope import current_brand_id
from campaigns.models.campaigns import Campaign
from campaigns.rules.timing import instants, parse_wall_time
from campaigns.selectors.arms import arm_params, armed
from campaigns.selectors.content import frozen_content
from campaigns.selectors.variants import variant_params
from config.kit import sql
from config.kit.clock import at_wall_clock, now
from customers.segments.compiler import compile_rule

SEND_CHUNK = "campaigns.send_chunk"
CHUNK_SIZE = 500


def plan(campaign_id: int) -> None:
    """Snapshot the audience of a launching campaign into chunks, in one statement.

    A campaign that is not launching (planned already, or cancelled) is left alone, so planning
    twice is planning once. Nobody to write to means done."""
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
        if campaign.state != Campaign.State.LAUNCHING:
            return
        counts = _snapshot(campaign)
        for name, count in counts.items():
            setattr(campaign, name, count)
        campaign.state = Campaign.State.SENDING if campaign.planned else Campaign.State.DONE
        campaign.updated_at = now()
        campaign.finished_at = None if campaign.planned else campaign.updated_at
        campaign.save(update_fields=[*counts, "state", "updated_at", "finished_at"])


def release_waiting(campaign_id: int, *, variant: str) -> int:
    """Give those who waited for the winner this variant, and senders their work; how many chunks.

    Twice is once: afterwards nobody waits."""
    keys: dict[str, int | str] = {
        "brand_id": current_brand_id(),
        "campaign_id": campaign_id,
        "kind": SEND_CHUNK,
        "variant": variant,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.load("campaigns", "release_waiting"), keys)
        [(chunks,)] = cursor.fetchall()
    return int(chunks)


def wake_campaign(campaign_id: int) -> None:
    """A resumed or cancelled campaign's chunks are due now; one without any left is done."""
    keys: dict[str, int | str] = {
        "brand_id": current_brand_id(),
        "campaign_id": campaign_id,
        "kind": SEND_CHUNK,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        Campaign.objects.select_for_update(no_key=True).get(pk=campaign_id)
        cursor.execute(sql.load("campaigns", "wake_campaign"), keys)
        cursor.execute(sql.load("campaigns", "finish_campaign"), keys)


def _snapshot(campaign: Campaign) -> dict[str, Any]:
    """Recipients, chunks, how many were left out for which reason, and at how many moments it
    goes out; by the names of the campaign's columns."""
    content = frozen_content(campaign)
    assert content.as_of is not None
    audience = compile_rule(content.rule, as_of=content.as_of)
    statement = SQL(sql.load("campaigns", "plan")).format(
        armed=armed(audience.sql, campaign.channel)
    )
    with sql.joined_by_hashing() as cursor:
        cursor.execute(
            statement,
            {
                **audience.params,
                **arm_params(campaign),
                **variant_params(campaign, sorted(content.variants)),
                **_moments(campaign),
                "brand_id": current_brand_id(),
                "campaign_id": campaign.pk,
                "chunk_size": CHUNK_SIZE,
                # A list is nothing that senders take up.
                "kind": None if campaign.is_list else SEND_CHUNK,
            },
        )
        # Django leaves jsonb as text on its own cursors.
        planned, chunks_total, skipped, *when = cast(tuple[Any, ...], cursor.fetchone())
    moments, zoneless = when if campaign.clock == Campaign.Clock.RECIPIENT else (None, None)
    return {
        "planned": planned,
        "chunks_total": chunks_total,
        "skipped": json.loads(skipped),
        "moments": moments,
        "zoneless": zoneless,
    }


def _moments(campaign: Campaign) -> dict[str, Any]:
    """When it goes out in which zone, for plan.sql; at once unless by its recipients' clocks."""
    if campaign.clock != Campaign.Clock.RECIPIENT:
        return {"by_zone": False, "zones": [], "instants": [], "brand_instant": None}
    wall = parse_wall_time(campaign.send_at)
    by_zone = instants(wall, sorted(available_timezones()))
    return {
        "by_zone": True,
        "zones": list(by_zone),
        "instants": list(by_zone.values()),
        "brand_instant": at_wall_clock(wall, ZoneInfo(campaign.brand.time_zone)),
    }
