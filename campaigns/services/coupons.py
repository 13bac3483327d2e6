"""Codes of the shop: taken in, given to customers, checked and redeemed at the till."""

import csv
import io
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, connection, transaction

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from accounts.services.events import record
from campaigns.events import CouponRedeemed
from campaigns.models.campaigns import Campaign
from campaigns.models.coupons import CampaignCoupons, Coupon, CouponBatch
from campaigns.rules.coupons import REASONS, Basket, Verdict, is_code, judge, normal_code
from campaigns.selectors.coupons import terms_of
from config.kit import sql
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotFound
from config.kit.text import clean_text
from customers.models.customers import Customer

MAX_CODES = 200_000
MAX_FILE_BYTES = 16_000_000
MAX_MADE = 50_000
MAX_PREFIX = 20
# Ten letters of these are 50 random bits: nobody guesses one, not even among 200,000. None of them
# is taken for another when it is typed.
_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 10
# What shops write over the column of codes.
_HEADINGS = frozenset({"code", "codes", "coupon", "coupon code", "discount code", "voucher"})


@dataclass(frozen=True, slots=True)
class Added:
    """`known` codes were there already, here or in another batch; `refused` cannot be codes."""

    added: int
    known: int
    refused: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A code at the till."""

    coupon: Coupon
    verdict: Verdict

    @property
    def is_valid(self) -> bool:
        return not self.verdict.reason


def create_batch(
    *,
    name: str,
    kind: str,
    value: int,
    minimum_minor: int = 0,
    products: Collection[str] = (),
    expires_on: date | None = None,
    is_stackable: bool = False,
) -> CouponBatch:
    """A batch without codes; raises Invalid, or Conflict for a name that is taken."""
    most = 100 if kind == CouponBatch.Kind.PERCENT else 2**53
    if kind not in CouponBatch.Kind.values or not 1 <= value <= most:
        raise Invalid.at("value", "Say what it is worth: 1 to 100 per cent, or an amount of money.")
    if minimum_minor < 0:
        raise Invalid.at("minimum", "The smallest order is money: zero or more.")
    cleaned = clean_text(name, max_length=80)
    if not cleaned:
        raise Invalid.at("name", "Give it a name.")
    try:
        with transaction.atomic():
            return CouponBatch.objects.create(
                name=cleaned,
                kind=kind,
                value=value,
                minimum_minor=minimum_minor,
                products=sorted({clean_text(each, max_length=120) for each in products} - {""}),
                expires_on=expires_on,
                is_stackable=is_stackable,
            )
    except IntegrityError as error:
        raise Conflict("There is a batch of this name already.", code="name_taken") from error


def codes_in(text: str) -> list[str]:
    """The codes of a shop's file: the column with a heading of codes, else the first column.

    Raises Invalid where a quotation mark is never closed."""
    head = text.partition("\n")[0]
    mark = ";" if head.count(";") > head.count(",") else ","
    read = csv.reader(io.StringIO(text, newline=None), delimiter=mark)
    try:
        rows = [row for row in read if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Invalid.at("file", f"Line {read.line_num:,} cannot be read as CSV.") from error
    if not rows:
        return []
    heads = [cell.strip().casefold() for cell in rows[0]]
    at = next((place for place, head in enumerate(heads) if head in _HEADINGS), None)
    lines = rows if at is None else rows[1:]
    place = at or 0
    return [row[place].strip() for row in lines if len(row) > place and row[place].strip()]


def add_codes(batch: CouponBatch, codes: Iterable[str], *, is_usable: bool = True) -> Added:
    """Put codes into a batch; the same again is no mistake. Raises Invalid for too many.

    Not usable: nobody is given one before the shop has confirmed it."""
    given = list(codes)
    if len(given) > MAX_CODES:
        raise Invalid.at("file", f"At most {MAX_CODES:,} codes at once.")
    good = {normal_code(code): code for code in given if is_code(code)}
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("campaigns", "add_codes"),
            {
                "brand_id": current_brand_id(),
                "batch_id": batch.pk,
                "codes": list(good.values()),
                "norms": list(good),
                "is_usable": is_usable,
            },
        )
        added = cursor.rowcount
    refused = sum(not is_code(code) for code in given)
    return Added(added, len(given) - refused - added, refused)


def make_codes(batch: CouponBatch, *, count: int, prefix: str = "", is_usable: bool = True) -> int:
    """Put so many new random codes into a batch, for its export to the shop, or for the shop to
    make and confirm; how many.

    Raises Invalid for too many, or a prefix that cannot begin a code."""
    if not 1 <= count <= MAX_MADE:
        raise Invalid.at("count", f"Make 1 to {MAX_MADE:,} codes at once.")
    if len(prefix) > MAX_PREFIX or not is_code(f"{prefix}{'2' * _LENGTH}"):
        raise Invalid.at("prefix", f"At most {MAX_PREFIX} letters and digits, without blanks.")
    made = 0
    while made < count:
        codes = [new_code(prefix) for _ in range(count - made)]
        made += add_codes(batch, codes, is_usable=is_usable).added
    return made


def choose_batch(campaign: Campaign, batch: CouponBatch | None) -> None:
    """Where a draft's personal field `coupon` takes its codes from. Raises Conflict once
    launched."""
    with transaction.atomic():
        rows = Campaign.objects.select_for_update(no_key=True)
        if not rows.filter(pk=campaign.pk, state=Campaign.State.DRAFT).exists():
            raise Conflict("This campaign has been launched or deleted; it can no longer change.")
        if batch is None:
            CampaignCoupons.objects.filter(campaign=campaign).delete()
        else:
            CampaignCoupons.objects.update_or_create(campaign=campaign, defaults={"batch": batch})


def draw_coupon(batch: CouponBatch, *, customer: Customer) -> Coupon:
    """A free code of the batch, given to the customer; one that another is drawing is passed over.

    Raises Conflict when none is left."""
    with transaction.atomic():
        free = Coupon.objects.filter(batch=batch, customer=None, redeemed_at=None, is_usable=True)
        rows = free.select_for_update(skip_locked=True, no_key=True, of=("self",))
        coupon = rows.select_related("batch").order_by("id").first()
        if coupon is None:
            raise Conflict("There is no code left for this. Please write to us.", code="no_codes")
        coupon.customer, coupon.drawn_at = customer, now()
        coupon.save(update_fields=["customer", "drawn_at"])
    return coupon


def make_coupon(
    batch: CouponBatch,
    *,
    customer: Customer,
    worth_minor: int | None = None,
    expires_on: date | None = None,
) -> Coupon:
    """A new random code of the batch for this customer alone, worth and valid as the batch says,
    or as is said here."""
    code = new_code("")
    return Coupon.objects.create(
        batch=batch,
        code=code,
        code_norm=normal_code(code),
        customer=customer,
        drawn_at=now(),
        worth_minor=worth_minor,
        expires_on=expires_on,
    )


def lower_coupon(coupon: Coupon, *, worth_minor: int) -> bool:
    """From now on the code is worth so much, 0: nothing. False when it has been redeemed."""
    rows = Coupon.objects.filter(pk=coupon.pk, redeemed_at=None)
    if not worth_minor:
        return bool(rows.update(voided_at=now()))
    return bool(rows.update(worth_minor=worth_minor, voided_at=None))


def coupon_of(code: str) -> Coupon:
    """However its letters are written; raises NotFound for one the brand has not got."""
    rows = Coupon.objects.select_related("batch")
    coupon = rows.filter(code_norm=normal_code(code)).first()
    if coupon is None:
        raise NotFound("There is no such code.")
    return coupon


def check_coupon(brand: Brand, coupon: Coupon, basket: Basket) -> Checked:
    """What a code is worth for this basket."""
    is_redeemed = coupon.redeemed_at is not None
    verdict = judge(terms_of(coupon), basket, today=brand.today, is_redeemed=is_redeemed)
    return Checked(coupon, verdict)


def redeem_coupon(brand: Brand, coupon: Coupon, basket: Basket) -> Checked:
    """Use a code up, once however often it is asked at the same moment.

    Raises Conflict with the reason why the code is worth nothing."""
    with transaction.atomic():
        rows = Coupon.objects.select_for_update(no_key=True, of=("self",)).select_related("batch")
        checked = check_coupon(brand, rows.get(pk=coupon.pk), basket)
        if not checked.is_valid:
            reason = checked.verdict.reason
            raise Conflict(REASONS[reason], code=f"coupon_{reason}")
        checked.coupon.redeemed_at = now()
        checked.coupon.save(update_fields=["redeemed_at"])
        record(
            CouponRedeemed(
                subject_id=checked.coupon.pk, discount_minor=checked.verdict.discount_minor
            )
        )
    return checked


def new_code(prefix: str) -> str:
    """A random one, with this before it."""
    return prefix + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def redeem_by_orders(order_ids: Collection[int] = (), *, import_id: int | None = None) -> int:
    """Orders that carry a code of ours redeem it; how many codes. Twice is once."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.load("campaigns", "redeem_by_orders"),
            {
                "brand_id": current_brand_id(),
                "order_ids": list(order_ids),
                "import_id": import_id,
            },
        )
        return int(cursor.rowcount)
