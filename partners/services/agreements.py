"""Terms of a partnership: proposed by version, and held by both sides' names under one hash."""

import msgspec
from django.db import transaction

from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict
from partners.events import PartnershipTermsAgreed, PartnershipTermsProposed
from partners.models.partnerships import Partnership, PartnershipTerms
from partners.rules import terms as rules
from partners.selectors.terms import OPEN
from partners.services.standing import State, move, note_step, out_of_place


def propose_terms(
    partnership: Partnership, terms: rules.PartnershipTerms, *, answers: int | None = None
) -> PartnershipTerms:
    """The next version, to which the side that proposes it agrees by doing so; an older proposal
    can no longer be agreed to. `answers`: the version that it was written on.

    Raises Conflict in a state without terms, for terms that hold or are proposed already (code
    same), when there is a newer version than the one it answers (code outdated), and for a partner
    whom nothing was proposed to yet (code nothing_yet)."""
    digest = rules.hash_of(terms)
    side, actor = _side(), current_actor()
    with transaction.atomic():
        row = _locked(partnership)
        newest = PartnershipTerms.objects.filter(partnership=row).order_by("-number").first()
        if answers is not None and answers != (newest.number if newest else 0):
            raise Conflict("There are newer terms by now. Please read them.", code="outdated")
        if newest is None and side == "partner":
            raise Conflict("There are no terms to answer yet.", code="nothing_yet")
        if newest and newest.terms_hash == digest and _stands_for(newest, row, side):
            raise Conflict("These terms hold already, or wait for your name.", code="same")
        proposed = PartnershipTerms.objects.create(
            partnership=row,
            number=newest.number + 1 if newest else 1,
            terms=msgspec.to_builtins(terms),
            terms_hash=digest,
            by_kind=actor.kind,
            by_id=actor.id,
            **_signed(side, digest),
        )
        note_step(row, "terms_proposed", note=f"Version {proposed.number}")
        record(PartnershipTermsProposed(subject_id=row.pk, number=proposed.number))
    return proposed


def agree_terms(partnership: Partnership, *, number: int, terms_hash: str) -> PartnershipTerms:
    """The side that acts puts its name to this version, as it read it; with both names it holds,
    and an approved partnership becomes active.

    Raises Conflict when it is not the newest version (code outdated), its words are not those that
    were read (code changed), or this side has agreed already (code agreed)."""
    side = _side()
    with transaction.atomic():
        row = _locked(partnership)
        terms = PartnershipTerms.objects.filter(partnership=row).order_by("-number").first()
        if terms is None or terms.number != number:
            raise Conflict("There are newer terms by now. Please read them.", code="outdated")
        if terms.terms_hash != terms_hash:
            raise Conflict(
                "These are not the words that you read. Please read again.", code="changed"
            )
        rows = PartnershipTerms.objects.filter(pk=terms.pk, **{f"{side}_hash": ""})
        if not rows.update(**_signed(side, terms_hash)):
            raise Conflict("Your side has agreed to these terms already.", code="agreed")
        terms.refresh_from_db()
        note_step(row, "terms_agreed", note=f"Version {number}")
        if terms.brand_hash == terms.partner_hash == terms.terms_hash:
            _put_in_force(row, number)
    partnership.refresh_from_db(fields=["state", "terms_number"])
    return terms


def _stands_for(newest: PartnershipTerms, row: Partnership, side: str) -> bool:
    """Whether they hold, or are the other side's words, which are agreed to and not said again."""
    return newest.number == row.terms_number or not getattr(newest, f"{side}_hash")


def _put_in_force(row: Partnership, number: int) -> None:
    Partnership.objects.filter(pk=row.pk).update(terms_number=number, updated_at=now())
    record(PartnershipTermsAgreed(subject_id=row.pk, number=number))
    if row.state == State.APPROVED:
        move(row, State.ACTIVE, act="active", only_from={State.APPROVED})


def _locked(partnership: Partnership) -> Partnership:
    row = Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
    if row.state not in OPEN:
        raise out_of_place(row)
    return row


def _side() -> str:
    """Which side acts: whoever is no partner acts for the brand."""
    return "partner" if current_actor().kind == "partner" else "brand"


def _signed(side: str, digest: str) -> dict[str, object]:
    actor = current_actor()
    return {
        f"{side}_hash": digest,
        f"{side}_agreed_at": now(),
        f"{side}_agreed_by_id": actor.id,
    }
