"""Launching: content, audience rule and sender are frozen, and the draft becomes a campaign."""

import msgspec
from django.db import transaction

from accounts.models.users import User
from accounts.services.events import record
from campaigns.events import CampaignLaunched
from campaigns.models.campaigns import Campaign, CampaignLink
from campaigns.selectors.checks import Report, check_campaign
from campaigns.selectors.content import (
    Content,
    content_of,
    in_variant,
    targets_of,
    wording_of,
)
from campaigns.selectors.variants import other_variants
from campaigns.services import history
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from customers.segments.tree import parse_rule, stored

__all__ = ["NotReady", "check_campaign", "launch_campaign"]


class NotReady(Invalid):
    """Pre-flight found errors; the message is the first, `fields` name all by place."""

    code = "not_ready"


def launch_campaign(*, campaign: Campaign, by: User | None = None) -> None:
    """Freeze and launch; planning and sending follow by themselves.

    Raises NotReady when pre-flight finds an error, Conflict when it is no draft any more."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True, of=("self",))
        drafts = rows.select_related("segment", "brand")
        draft = drafts.filter(pk=campaign.pk, state=Campaign.State.DRAFT).first()
        if draft is None:
            raise Conflict("This campaign has been launched or deleted already.")
        _refuse_unready(check_campaign(draft))
        content = _frozen(_with_variants(draft))
        _launch(draft, content, by=by)
    campaign.refresh_from_db()


def _refuse_unready(report: Report) -> None:
    if report.errors:
        fields = {problem.place: problem.text for problem in reversed(report.errors)}
        raise NotReady(report.errors[0].text, fields=fields)


def _frozen(content: Content) -> Content:
    """With other segments' rules written out: later changes to them change nothing here."""
    return msgspec.structs.replace(content, rule=stored(parse_rule(content.rule)))


def _with_variants(draft: Campaign) -> Content:
    """The campaign's words with those of its other variants beside them."""
    content = content_of(draft, draft.brand)
    before, variants = len(targets_of(content)), {}
    for variant in other_variants(draft):
        words = content_of(variant, draft.brand)
        variants[variant.letter] = wording_of(words, links_before=before)
        before += len(targets_of(words))
    return msgspec.structs.replace(content, variants=variants)


def _launch(draft: Campaign, content: Content, *, by: User | None) -> None:
    moment = now()
    launched = Campaign.objects.filter(pk=draft.pk, state=Campaign.State.DRAFT).update(
        state=Campaign.State.LAUNCHING,
        frozen=content.stored(),
        launched_at=moment,
        updated_at=moment,
        launched_by_id=by.pk if by else None,
    )
    if not launched:
        raise Conflict("This campaign has been launched or deleted already.")
    history.forget(draft)
    variants = [content, *(in_variant(content, letter) for letter in content.variants)]
    targets = [target for each in variants for target in targets_of(each)]
    CampaignLink.objects.bulk_create(
        CampaignLink(campaign=draft, number=number, url=url)
        for number, url in enumerate(targets, start=1)
    )
    record(CampaignLaunched(subject_id=draft.pk))
