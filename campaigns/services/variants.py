"""Several wordings of one campaign: tried on some, the better one for the rest."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from django.db import transaction

from accounts.services.events import record
from campaigns.events import WinnerChosen
from campaigns.models.campaigns import Campaign
from campaigns.models.variants import LETTERS, MAIN, CampaignVariant
from campaigns.services.editing import checked
from campaigns.services.planning import release_waiting
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid

MAX_TESTED = 90


class Changes(TypedDict, total=False):
    """What `update_variant` may change; what is not given stays."""

    subject: str
    preheader: str
    blocks: Sequence[object]
    # As campaigns.services.translating.checked_translations gives them.
    translations: Mapping[str, Any]


def add_variant(campaign: Campaign) -> CampaignVariant:
    """Another variant, beginning with the campaign's own words.

    Raises Conflict once launched, or when there are six."""
    with transaction.atomic():
        draft = _locked_draft(campaign)
        taken = set(draft.variants.values_list("letter", flat=True))
        free = [letter for letter in LETTERS[1:] if letter not in taken]
        if not free:
            raise Conflict(f"There are {len(LETTERS)} variants already; that is the most.")
        return CampaignVariant.objects.create(
            campaign=draft,
            letter=free[0],
            subject=draft.subject,
            preheader=draft.preheader,
            blocks=draft.blocks,
            translations=draft.translations,
        )


def copy_variants(source: Campaign, *, to: Campaign) -> None:
    """The other campaign's variants, for a draft made from it."""
    CampaignVariant.objects.bulk_create(
        CampaignVariant(
            campaign=to,
            letter=each.letter,
            subject=each.subject,
            preheader=each.preheader,
            blocks=each.blocks,
            translations=each.translations,
        )
        for each in CampaignVariant.objects.filter(campaign=source)
    )


def update_variant(variant: CampaignVariant, **changes: Unpack[Changes]) -> None:
    """Change a draft's variant; raises Conflict once the campaign has been launched."""
    values = checked(changes)
    with transaction.atomic():
        _locked_draft(variant.campaign)
        rows = CampaignVariant.objects.filter(pk=variant.pk)
        if not rows.update(**values, updated_at=now()):
            raise Conflict("This variant has been removed.")
    for field, value in values.items():
        setattr(variant, field, value)


def remove_variant(variant: CampaignVariant) -> None:
    """Take a variant out of a draft; raises Conflict once the campaign has been launched."""
    with transaction.atomic():
        _locked_draft(variant.campaign)
        variant.delete()


def set_test_percent(campaign: Campaign, percent: int) -> None:
    """How many get a variant at first, per cent; the rest wait for the winner. 0: nobody waits.

    Raises Invalid, or Conflict once launched."""
    if not 0 <= percent <= MAX_TESTED:
        message = f"Try the variants on 1 to {MAX_TESTED} per cent, or on everybody with 0."
        raise Invalid(message, fields={"test_percent": message})
    with transaction.atomic():
        _locked_draft(campaign)
        Campaign.objects.filter(pk=campaign.pk).update(test_percent=percent, updated_at=now())
    campaign.test_percent = percent


def choose_winner(campaign: Campaign, *, letter: str) -> None:
    """Send this variant to everybody who waited for it.

    Raises Invalid for a letter the campaign has not got, Conflict when nobody waits any more."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True)
        current = rows.get(pk=campaign.pk)
        if letter not in (MAIN, *current.frozen.get("variants", {})):
            raise Invalid("This campaign has no such variant.")
        if current.state not in (Campaign.State.SENDING, Campaign.State.PAUSED):
            raise Conflict("This campaign is not being sent any more.")
        if not release_waiting(current.pk, variant=letter):
            raise Conflict("Nobody waits for the winner any more.")
        Campaign.objects.filter(pk=current.pk).update(winner=letter, updated_at=now())
        record(WinnerChosen(subject_id=current.pk, letter=letter))
    campaign.winner = letter


def _locked_draft(campaign: Campaign) -> Campaign:
    """So that a launch at the same moment takes all variants as they are, or none of the change."""
    rows = Campaign.objects.select_for_update(no_key=True)
    draft = rows.filter(pk=campaign.pk, state=Campaign.State.DRAFT).first()
    if draft is None:
        raise Conflict("This campaign has been launched or deleted; it can no longer change.")
    return draft
