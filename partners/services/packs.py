"""Gift packs as they are made: what they need, who fills it, whose share is whose."""

from collections.abc import Iterable, Mapping

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, naming
from config.kit.money import MAX_MINOR
from config.kit.text import clean_text
from customers.models.products import Product
from partners.events import PackEnded, PackStarted, PackTableChanged
from partners.models.packs import Pack, PackPart, PackVersion
from partners.models.partnerships import Partnership
from partners.models.vouchers import VoucherPool
from partners.rules.packs import MOST_PARTS, SplitTable
from partners.rules.terms import hash_of
from partners.selectors.packs import table_of

Kind = PackPart.Kind
State = Pack.State


def create_pack(
    *, name: str, sku: str, price_minor: int, occasion: str = "", needs: Iterable[str] = ()
) -> Pack:
    """A draft whose parts are all wanted yet. Raises Invalid."""
    with transaction.atomic():
        pack = Pack.objects.create(**_words(name, sku, price_minor, occasion))
        for need in needs:
            add_need(pack, need)
    pack.refresh_from_db(fields=["uid"])
    return pack


def change_pack(pack: Pack, *, name: str, sku: str, price_minor: int, occasion: str = "") -> None:
    """Raises Invalid; Conflict for another product of a pack that was sold already."""
    words = _words(name, sku, price_minor, occasion)
    if words["sku"] != pack.sku and pack.state != State.DRAFT:
        raise Conflict(
            _("This pack is or was on sale as another product. Make a new pack for this one."),
            code="sku_fixed",
        )
    Pack.objects.filter(pk=pack.pk).update(**words, updated_at=now())
    pack.refresh_from_db()


def add_need(pack: Pack, need: str) -> PackPart:
    """Something the pack should hold, that nobody fills yet. Raises Invalid."""
    with naming("need"):
        words = clean_text(need, max_length=60)
    if not words:
        raise Invalid.at("need", _("Say what is needed."))
    with transaction.atomic():
        Pack.objects.select_for_update(no_key=True).get(pk=pack.pk)
        if pack.parts.count() >= MOST_PARTS:
            raise Invalid.at("need", _("A pack has at most %d parts.") % MOST_PARTS)
        last = pack.parts.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
        return PackPart.objects.create(pack=pack, need=words, position=position)


def remove_part(part: PackPart) -> None:
    """What is sold already keeps it: that stands in its split table."""
    PackPart.objects.filter(pk=part.pk).delete()


def fill_with_product(part: PackPart, product: Product) -> None:
    """The brand's own product fills the need."""
    _fill(part, kind=Kind.OWN, product=product, pool=None)


def fill_with_pool(part: PackPart, pool: VoucherPool) -> None:
    """A voucher of a partner's, or of a sister brand's. Raises Conflict for a pool that is an
    offer's, is closed, or of a partner who is not active."""
    check_for_packs(pool)
    kind = Kind.SISTER if pool.partnership.sister_brand_id else Kind.PARTNER
    _fill(part, kind=kind, product=None, pool=pool)


def check_for_packs(pool: VoucherPool) -> None:
    """Raises Conflict for a pool that is an offer's, closed, or of a partner who is not active."""
    if pool.partnership.state != Partnership.State.ACTIVE:
        raise Conflict(_("This partner is not active."), code="partner_not_active")
    if pool.offer_id is not None or pool.closed_at is not None:
        raise Conflict(_("Packs draw from an open pool of their own."), code="pool_not_for_packs")


def empty_part(part: PackPart) -> None:
    """Nobody fills it any more."""
    _fill(part, kind=Kind.WANTED, product=None, pool=None, weight=0)


def set_split(pack: Pack, *, weights: Mapping[int, int], keepers: Mapping[int, str]) -> None:
    """Whose share is how large in relation to the others', and who keeps it when a voucher
    expires: by the ids of the parts. Raises Invalid."""
    parts = list(pack.parts.all())
    for part in parts:
        part.weight = 0 if part.kind == Kind.WANTED else weights.get(part.pk, part.weight)
        part.keeper = keepers.get(part.pk, part.keeper)
        if not 0 <= part.weight <= 10**9:
            raise Invalid.at("weight", _("A share is a number of 0 or more."))
        if part.keeper not in PackPart.Keeper.values:
            raise Invalid.at("keeper", _("Say who keeps it."))
    PackPart.objects.bulk_update(parts, ["weight", "keeper"])


def start_pack(pack: Pack) -> PackVersion:
    """From now on orders of its product are sales of it; also again, after its end.

    Raises Conflict for what is missing, or while another pack is on sale as the same product."""
    table = _checked_table(pack)
    moment = now()
    try:
        with transaction.atomic():
            rows = Pack.objects.filter(pk=pack.pk).exclude(state=State.LIVE)
            version = _freeze(pack, table)
            moved = rows.update(
                state=State.LIVE,
                version=version.number,
                live_from=moment,
                ended_at=None,
                updated_at=moment,
            )
            if not moved:
                raise Conflict(_("This pack is on sale already."), code="state")
            record(PackStarted(subject_id=pack.pk, number=version.number))
    except IntegrityError as error:
        raise Conflict(
            _("Another pack is on sale as the same product."), code="sku_taken"
        ) from error
    pack.refresh_from_db()
    return version


def use_table(pack: Pack) -> PackVersion:
    """The split as it is now holds for what is sold from now on. Raises Conflict."""
    table = _checked_table(pack)
    with transaction.atomic():
        Pack.objects.select_for_update(no_key=True).get(pk=pack.pk)
        version = _freeze(pack, table)
        if not Pack.objects.filter(pk=pack.pk, state=State.LIVE).update(version=version.number):
            raise Conflict(_("This pack is not on sale."), code="state")
        record(PackTableChanged(subject_id=pack.pk, number=version.number))
    pack.refresh_from_db()
    return version


def end_pack(pack: Pack) -> None:
    """No further orders are sales of it; what was sold goes on."""
    with transaction.atomic():
        live = Pack.objects.filter(pk=pack.pk, state=State.LIVE)
        if live.update(state=State.ENDED, ended_at=now(), updated_at=now()):
            record(PackEnded(subject_id=pack.pk))
    pack.refresh_from_db()


def _words(name: str, sku: str, price_minor: int, occasion: str) -> dict[str, object]:
    with naming("name"):
        words = clean_text(name, max_length=120)
    with naming("sku"):
        number = clean_text(sku, max_length=120)
    with naming("occasion"):
        day = clean_text(occasion, max_length=60)
    if not words:
        raise Invalid.at("name", _("Give it a name."))
    if not number:
        raise Invalid.at("sku", _("Say which product of your shop it is sold as."))
    if not 1 <= price_minor <= MAX_MINOR:
        raise Invalid.at("price", _("Say what it costs."))
    return {"name": words, "sku": number, "price_minor": price_minor, "occasion": day}


def _fill(
    part: PackPart,
    *,
    kind: str,
    product: Product | None,
    pool: VoucherPool | None,
    weight: int | None = None,
) -> None:
    part.kind, part.product, part.pool = kind, product, pool
    part.weight = part.weight if weight is None else weight
    part.save(update_fields=["kind", "product", "pool", "weight"])


def _checked_table(pack: Pack) -> SplitTable:
    table = table_of(pack)
    if table is None:
        raise Conflict(_("Nothing is in this pack yet: fill a need first."), code="pack_empty")
    if not any(part.weight for part in table.parts):
        raise Conflict(_("Say whose share is how large first."), code="pack_without_split")
    return table


def _freeze(pack: Pack, table: SplitTable) -> PackVersion:
    """The newest version, when it says the same, else the next one."""
    digest = hash_of(table)
    last = pack.versions.order_by("-number").first()
    if last is not None and last.table_hash == digest:
        return last
    return PackVersion.objects.create(
        pack=pack,
        number=last.number + 1 if last else 1,
        table=msgspec.to_builtins(table),
        table_hash=digest,
        by_id=current_actor().id,
    )
