"""A partner's list of redemptions, taken in at once: looked at first, and harmless to repeat."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from accounts.models.brands import Brand
from accounts.scope import current_actor
from accounts.services.events import record
from config.kit.clock import at_wall_clock, day_in, now
from config.kit.errors import Invalid
from customers.selectors.attributes import reading_of
from partners.events import VouchersRedeemed
from partners.models.partnerships import Partnership
from partners.models.vouchers import Redemption, Voucher
from partners.rules.redemption_files import Line, Wrong, read_lines
from partners.rules.vouchers import REASONS, judge
from partners.services.redemptions import MAX_PAID_MINOR, require_honoured, stored_key

State = Voucher.State
MAX_FILE_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file came to: `known` were redeemed before, just so. Minor units."""

    redeemed: int
    known: int
    paid_minor: int
    wrong: list[Wrong]

    @property
    def lines(self) -> int:
        return self.redeemed + self.known + len(self.wrong)


@dataclass(frozen=True, slots=True)
class _Before:
    """What is known of the codes of a file, by code, by voucher, by key."""

    vouchers: dict[str, Voucher]
    live: dict[int, Redemption]
    keys: dict[str, Redemption]


def redeem_file(partnership: Partnership, text: str, *, is_dry: bool = False) -> Taken:
    """Redeem every line that can be; a dry run only says what would happen. Raises Invalid for
    a file that cannot be read."""
    require_honoured(partnership)
    brand = partnership.brand
    try:
        lines, wrong = read_lines(text, reading_of(brand), today=day_in(brand.time_zone))
    except ValueError as error:
        raise Invalid.at("file", str(error)) from error
    if not lines and not wrong:
        raise Invalid.at("file", _("There is no line in this file."))
    with transaction.atomic():
        before = _before(partnership, lines, locks=not is_dry)
        good: list[Line] = []
        known = 0
        for line in lines:
            reason = _refused(partnership, line, before)
            if reason is None:
                known += 1
            elif reason:
                wrong.append(Wrong(line.number, line.cells, reason))
            else:
                good.append(line)
        if good and not is_dry:
            _redeem_all(partnership, good, before)
    paid = sum(line.paid_minor or 0 for line in good)
    return Taken(len(good), known, paid, sorted(wrong, key=lambda each: each.number))


def _before(partnership: Partnership, lines: list[Line], *, locks: bool) -> _Before:
    rows = Voucher.objects.filter(
        code_norm__in=[line.code for line in lines], pool__partnership=partnership
    ).order_by("pk")
    if locks:
        rows = rows.select_for_update(no_key=True, of=("self",))
    vouchers = {voucher.code_norm: voucher for voucher in rows}
    redeemed = Redemption.objects.filter(voucher__in=vouchers.values())
    live = {each.voucher_id: each for each in redeemed.filter(taken_back_at=None)}
    return _Before(vouchers, live, {each.key: each for each in redeemed})


def _refused(partnership: Partnership, line: Line, before: _Before) -> str | None:
    """Why a line cannot be used; None: it was before, "": it can."""
    voucher = before.vouchers.get(line.code)
    if voucher is None:
        return _("There is no such code.")
    live = before.live.get(voucher.pk)
    if live is not None:
        if line.paid_minor in (None, live.paid_minor):
            return None
        return _("This voucher was redeemed before, with another amount.")
    if _key(partnership, line) in before.keys:
        return _("This redemption was taken back. Give another date if there was another one.")
    return _refused_now(partnership.brand, line, voucher)


def _refused_now(brand: Brand, line: Line, voucher: Voucher) -> str:
    if line.day > day_in(brand.time_zone):
        return _("This day is in the future.")
    if (line.paid_minor or 0) > MAX_PAID_MINOR:
        return _("This is too large an amount.")
    reason = judge(voucher.state, last_day=voucher.expires_on, day=line.day, is_told_late=True)
    if reason:
        return _(REASONS[reason])
    if voucher.drawn_at and line.day < day_in(brand.time_zone, voucher.drawn_at):
        return _("This voucher was not given to anybody by then.")
    return ""


def _redeem_all(partnership: Partnership, lines: list[Line], before: _Before) -> None:
    """The vouchers are locked."""
    actor, zone = current_actor(), partnership.brand.time_zone
    made = Redemption.objects.bulk_create(
        Redemption(
            voucher=before.vouchers[line.code],
            key=_key(partnership, line),
            via=Redemption.Via.FILE,
            paid_minor=line.paid_minor,
            by_kind=actor.kind,
            by_id=actor.id,
            at=_moment(line.day, zone),
        )
        for line in lines
    )
    live = Redemption.objects.filter(voucher=OuterRef("pk"), taken_back_at=None)
    Voucher.objects.filter(pk__in=[each.voucher_id for each in made]).update(
        state=State.REDEEMED, redeemed_at=Subquery(live.values("at")[:1]), ended_at=None
    )
    record(VouchersRedeemed(subject_id=made[0].pk, redemption_ids=[each.pk for each in made]))


def _key(partnership: Partnership, line: Line) -> str:
    return stored_key(partnership, f"file:{line.code}:{line.day.isoformat()}")


def _moment(day: date, zone: str) -> datetime:
    """The file knows the day alone: noon, or now where noon is still to come."""
    return min(at_wall_clock(datetime.combine(day, time(12)), ZoneInfo(zone)), now())
