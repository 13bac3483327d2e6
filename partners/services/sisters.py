"""Two brands of one agency work together: each grants it in writing, either ends it, and what they
settle stands in the books of both."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from accounts.models.ledger import AccountKind, AccountRef, Cause, Owner, OwnerKind
from accounts.scope import current_brand_id
from accounts.services.events import record
from accounts.services.ledger import Transfer, post
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid
from partners.events import SisterPactMoved, SisterSettled
from partners.models.partnerships import Partnership
from partners.models.settlements import Statement
from partners.models.sisters import SisterGrant, SisterPact, SisterSettlement
from partners.rules.sisters import VERSION, hash_of_words, words_of
from partners.selectors.sisters import are_sisters, reference_of, side_of
from partners.services import partnerships
from partners.services.statements import changing, settle

State = Partnership.State
_ENDED = "A grant between the two brands was withdrawn."


def propose_pact(*, host: Brand, guest: Brand) -> SisterPact:
    """That `guest` offers something to customers of `host`; nothing holds before both grant it.
    The brand in scope is one of them. Raises Invalid for brands without a common agency."""
    if current_brand_id() not in (host.pk, guest.pk) or not are_sisters(host, guest):
        raise Invalid.at("other", _("Choose a brand of the same agency."))
    return SisterPact.objects.get_or_create(host=host, guest=guest)[0]


def grant_pact(pact: SisterPact, *, by_id: int, words_hash: str | None = None) -> SisterGrant:
    """The written yes of the brand in scope; given before, it stays as it was. `words_hash`: of the
    words as they were read elsewhere; raises Conflict (code changed) for others."""
    side = side_of(pact, current_brand_id())
    brand, other = _sides(pact)
    with transaction.atomic():
        _locked(pact)
        standing = SisterGrant.objects.filter(pact=pact, withdrawn_at=None).first()
        if standing is not None:
            return standing
        words = words_of(side, brand=brand.name, other=other.name)
        if words_hash not in (None, hash_of_words(words)):
            raise Conflict(_("These are not the words that you read."), code="changed")
        grant = SisterGrant.objects.create(
            pact=pact,
            side=side,
            other_brand=other,
            words=words,
            version=VERSION,
            granted_by_id=by_id,
        )
        _note(pact, side, now())
    return grant


def withdraw_grant(pact: SisterPact, *, by_id: int | None) -> bool:
    """From this moment nothing of the pact holds; False when no grant of the brand stood. `by_id`:
    None for a key whose maker is gone."""
    with transaction.atomic():
        _locked(pact)
        standing = SisterGrant.objects.filter(pact=pact, withdrawn_at=None)
        if not standing.update(withdrawn_at=now(), withdrawn_by_id=by_id):
            return False
        _note(pact, side_of(pact, current_brand_id()), None)
    return True


def follow_pact(pact_id: int) -> None:
    """In the host's scope: make the partnership once both grants stand, stop it while they do not.
    May be done again."""
    with transaction.atomic():
        pact = SisterPact.objects.select_for_update(no_key=True).get(pk=pact_id)
        partnership = Partnership.objects.filter(sister_brand=pact.guest_id).first()
        if partnership is None:
            if pact.stands:
                _make_partnership(pact)
        elif not pact.stands and partnership.state == State.ACTIVE:
            partnerships.suspend(partnership, reason=_ENDED)
        elif pact.stands and partnership.state == State.SUSPENDED and partnership.reason == _ENDED:
            partnerships.resume(partnership)


def settle_with_sister(statement: Statement) -> SisterSettlement:
    """The two brands have settled an agreed statement between them: it stands in the host's books
    now, and in the other's as soon as its turn comes. Raises Conflict."""
    guest_id = statement.partnership.sister_brand_id
    with changing(statement) as row:
        if guest_id is None or row.state != Statement.State.AGREED or not row.total_minor:
            raise Conflict(_("Only an agreed statement of a sister brand is settled so."))
        pact = SisterPact.objects.get(partnership_uid=statement.partnership.uid)
        settlement = SisterSettlement.objects.create(
            pact=pact,
            statement_id=row.pk,
            amount_minor=row.total_minor,
            currency=Brand.objects.get(pk=current_brand_id()).currency,
        )
        settlement.refresh_from_db(fields=["uid"])
        settle(row, reference=reference_of(settlement))
        record(SisterSettled(subject_id=settlement.pk, other_brand_id=guest_id))
    return settlement


def mirror_settlement(settlement_id: int) -> None:
    """In the guest's scope: the second journal, once. What the guest was paid is its income; what
    it paid, an expense."""
    settlement = SisterSettlement.objects.select_related("pact").get(pk=settlement_id)
    assert settlement.pact.guest_id == current_brand_id()
    us, amount = Owner(OwnerKind.BRAND, current_brand_id()), settlement.amount_minor
    settled = AccountRef(us, AccountKind.SETTLED, settlement.currency)
    kind = AccountKind.INCOME if amount > 0 else AccountKind.EXPENSE
    ours = AccountRef(us, kind, settlement.currency)
    debit, credit = (settled, ours) if amount > 0 else (ours, settled)
    with transaction.atomic():
        post(
            key=f"sister:{settlement.uid}",
            kind="sister_settled",
            cause=Cause("sister_settlement", settlement.pk),
            transfers=[Transfer(debit, credit, abs(amount))],
            reason=reference_of(settlement),
            at=settlement.at,
        )
        unmirrored = SisterSettlement.objects.filter(pk=settlement.pk, mirrored_at=None)
        unmirrored.update(mirrored_at=now())


def _sides(pact: SisterPact) -> tuple[Brand, Brand]:
    """The brand in scope, and the other one."""
    is_host = side_of(pact, current_brand_id()) == SisterGrant.Side.HOST
    return (pact.host, pact.guest) if is_host else (pact.guest, pact.host)


def _locked(pact: SisterPact) -> None:
    SisterPact.objects.select_for_update(no_key=True).get(pk=pact.pk)


def _note(pact: SisterPact, side: str, at: datetime | None) -> None:
    """Known to both brands at once; the host's partnership follows."""
    field = "host_granted_at" if side == SisterGrant.Side.HOST else "guest_granted_at"
    SisterPact.objects.filter(pk=pact.pk).update(**{field: at})
    pact.refresh_from_db()
    if current_brand_id() == pact.host_id:
        follow_pact(pact.pk)
    record(SisterPactMoved(subject_id=pact.pk, other_brand_id=pact.host_id, stands=pact.stands))


def _make_partnership(pact: SisterPact) -> Partnership:
    """Approved: terms are agreed as with any partner."""
    guest = pact.guest
    partnership = Partnership.objects.create(
        organisation=guest.organisation,
        sister_brand=guest,
        name=guest.name,
        state=State.APPROVED,
        email=guest.sender_email,
        address=guest.postal_address,
        decided_at=now(),
    )
    partnership.refresh_from_db()
    SisterPact.objects.filter(pk=pact.pk).update(partnership_uid=partnership.uid)
    return partnership
