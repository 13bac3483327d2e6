"""Codes that a shop makes for us: asked for, made in the background, usable once confirmed.

Each turn asks the shop one thing, outside any scope, and keeps what it said. A turn that broke is
simply done again: the codes are ours, and the shop is asked what it has before it is given more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from accounts.services.events import record
from campaigns.channels.shops.base import (
    Discount,
    ShopBusy,
    ShopClient,
    ShopRefused,
    ShopUnreachable,
)
from campaigns.channels.shops.shopify import Shopify
from campaigns.events import ShopAdded, ShopCodesMade, ShopCodesRequested, ShopRemoved
from campaigns.models.coupons import Coupon, CouponBatch
from campaigns.models.shops import Shop, ShopBatch
from campaigns.rules.coupons import normal_code
from campaigns.services.coupons import make_codes
from config.kit.clock import day_start, now
from config.kit.egress import check_url
from config.kit.errors import Conflict, Invalid, naming
from config.kit.sealed import Unreadable, seal, unseal
from config.kit.text import clean_text

State = ShopBatch.State
SEALED_FOR = "shop token"
# A shop that cannot be reached is asked again after 10 s, 20 s, ... up to an hour, for two days.
_FIRST_WAIT = 10.0
_LONGEST_WAIT = 3600.0
MAX_ATTEMPTS = 55
# A job of 100 codes takes the shop a few seconds. One that the shop forgets is given again; neither
# that nor waiting goes on for ever.
_JOB_SECONDS = 2.0
MAX_LOST_JOBS = 5
LONGEST_JOB = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Step:
    """What one turn has to ask the shop, read while the scope was open."""

    client: ShopClient
    discount: Discount
    discount_ref: str
    job_ref: str
    # The next codes the shop has not confirmed, oldest first.
    codes: Sequence[str]


@dataclass(frozen=True, slots=True)
class Said:
    """What it answered: the names it gave, and of some codes that they exist, or why not."""

    discount_ref: str
    job_ref: str = ""
    made: Sequence[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    # It does not know the job any more that it was asked about.
    is_lost: bool = False


# --- The shops of a brand ------------------------------------------------------------------


def add_shop(*, address: str, token: str) -> Shop:
    """A Shopify shop, by its name or address. Raises Invalid, EgressRefused, and Conflict for one
    that is there already."""
    where = _address(address)
    with transaction.atomic():
        try:
            with transaction.atomic():
                shop = Shop.objects.create(address=where, token=_sealed(token))
        except IntegrityError as error:
            raise Conflict.at("address", "This shop is in the list already.") from error
        record(ShopAdded(subject_id=shop.pk))
    return shop


def change_token(shop: Shop, *, token: str) -> None:
    """Another access token, from the next question on. Raises Invalid."""
    sealed = _sealed(token)
    Shop.objects.filter(pk=shop.pk).update(token=sealed, problem="")


def remove_shop(shop: Shop) -> None:
    """Raises Conflict for one that has made codes: batches name it for good."""
    with transaction.atomic():
        if ShopBatch.objects.filter(shop=shop).exists():
            raise Conflict("This shop has made codes, which need it. Change its token instead.")
        record(ShopRemoved(subject_id=shop.pk))
        shop.delete()


def _address(text: str) -> str:
    with naming("address"):
        bare = clean_text(text, max_length=300).rstrip("/")
    if bare and "." not in bare and ":" not in bare:
        bare = f"{bare}.myshopify.com"
    address = bare if "://" in bare else f"https://{bare}"
    check_url(address)
    return address


def _sealed(token: str) -> str:
    with naming("token"):
        cleaned = clean_text(token, max_length=300)
    if not cleaned or not cleaned.isascii() or " " in cleaned:
        raise Invalid.at("token", "Paste the Admin API access token of the shop.")
    return seal(cleaned, purpose=SEALED_FOR)


# --- Asking for codes ----------------------------------------------------------------------


def request_codes(batch: CouponBatch, *, shop: Shop, count: int, prefix: str = "") -> ShopBatch:
    """Have a shop make so many codes of a batch without any; they follow by themselves.

    Raises Invalid, or Conflict for a batch that has codes from elsewhere."""
    with transaction.atomic():
        CouponBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
        if Coupon.objects.filter(batch=batch).exists():
            raise Conflict("This batch has codes already. Make a new one for the shop.")
        made = make_codes(batch, count=count, prefix=prefix, is_usable=False)
        asked = ShopBatch.objects.create(batch=batch, shop=shop)
        record(ShopCodesRequested(subject_id=asked.pk, codes=made))
    return asked


def request_again(asked: ShopBatch) -> None:
    """Go on with a batch that failed; raises Conflict for one that did not."""
    with transaction.atomic():
        failed = ShopBatch.objects.filter(pk=asked.pk, state=State.FAILED)
        fresh = {"state": State.REQUESTED, "error": "", "attempts": 0, "lost_jobs": 0}
        fresh |= {"job_ref": "", "job_since": None}
        if not failed.update(**fresh, updated_at=now()):
            raise Conflict("This batch has not failed. Reload the page to see it.")
        waiting = Coupon.objects.filter(batch=asked.batch_id, is_usable=False)
        record(ShopCodesRequested(subject_id=asked.pk, codes=waiting.update(problem="")))


# --- Making them, turn by turn -------------------------------------------------------------


def make_further(*, brand_id: int, shop_batch_id: int) -> float | None:
    """One turn; the seconds until the next, None when there is none. Opens the brand's scope by
    itself, and closes it while the shop is asked."""
    with brand_scope(brand_id):
        try:
            step = _next_step(shop_batch_id)
        except Unreadable as error:
            _fail(shop_batch_id, str(error))
            return None
    if step is None:
        return None
    try:
        said = _ask(step)
    except ShopBusy as error:
        return error.seconds
    except ShopUnreachable as error:
        with brand_scope(brand_id):
            return _wait(shop_batch_id, str(error))
    except ShopRefused as error:
        with brand_scope(brand_id):
            _fail(shop_batch_id, str(error))
        return None
    with brand_scope(brand_id):
        is_over = _keep(shop_batch_id, said) or _is_stuck(shop_batch_id)
    if is_over:
        return None
    return _JOB_SECONDS if said.job_ref else 0


def _next_step(shop_batch_id: int) -> Step | None:
    rows = ShopBatch.objects.select_related("batch", "shop", "brand")
    asked = rows.filter(pk=shop_batch_id, state__in=[State.REQUESTED, State.CREATING]).first()
    if asked is None:
        return None
    client = Shopify(asked.shop.address, unseal(asked.shop.token, purpose=SEALED_FOR))
    waiting = Coupon.objects.filter(batch=asked.batch, is_usable=False, problem="")
    codes = list(waiting.order_by("id").values_list("code", flat=True)[: client.portion])
    discount = _discount(asked.batch, asked.brand)
    return Step(client, discount, asked.discount_ref, asked.job_ref, codes)


def _discount(batch: CouponBatch, brand: Brand) -> Discount:
    ends_at = None
    if batch.expires_on is not None:
        ends_at = day_start(batch.expires_on + timedelta(days=1), brand.time_zone)
    return Discount(
        title=batch.name,
        kind=batch.kind,
        value=batch.value,
        currency=brand.currency,
        minimum_minor=batch.minimum_minor,
        products=batch.products,
        starts_at=batch.created_at,
        ends_at=ends_at,
        is_stackable=batch.is_stackable,
    )


def _ask(step: Step) -> Said:
    """The discount first, then portion by portion: codes into a job, and what became of the job."""
    if not step.codes:
        return Said(step.discount_ref)
    if not step.discount_ref:
        # A code of ours that the shop knows was made by a turn whose answer never came.
        first = step.codes[0]
        known = step.client.discounts_of([first]).get(first)
        return Said(known or step.client.create_discount(step.discount, first_code=first))
    if not step.job_ref:
        return Said(step.discount_ref, step.client.add_codes(step.discount_ref, step.codes))
    job = step.client.job(step.job_ref)
    if job is None:
        return Said(step.discount_ref, is_lost=True)
    if not job.is_done:
        return Said(step.discount_ref, step.job_ref)
    told = map(normal_code, (*job.made, *job.taken, *job.refused))
    if set(told).isdisjoint(map(normal_code, step.codes)):
        raise ShopRefused("The shop does not say what became of the codes.")
    owners = step.client.discounts_of(job.taken)
    own = [code for code in job.taken if owners.get(code) == step.discount_ref]
    others = dict.fromkeys(set(job.taken) - set(own), "Another discount of the shop has this code.")
    return Said(step.discount_ref, made=[*job.made, *own], refused={**job.refused, **others})


def _keep(shop_batch_id: int, said: Said) -> bool:
    """Write down what the shop said; True when there is nothing left to make."""
    with transaction.atomic():
        rows = ShopBatch.objects.select_for_update(no_key=True)
        asked = rows.filter(pk=shop_batch_id, state__in=[State.REQUESTED, State.CREATING]).first()
        if asked is None:
            return True
        coupons = Coupon.objects.filter(batch=asked.batch_id)
        made = [normal_code(code) for code in said.made]
        coupons.filter(code_norm__in=made).update(is_usable=True)
        for code, why in said.refused.items():
            coupons.filter(code_norm=normal_code(code)).update(problem=why[:200] or "Refused.")
        _note_job(asked, said)
        asked.discount_ref, asked.job_ref, asked.attempts = said.discount_ref, said.job_ref, 0
        asked.state, asked.error, asked.updated_at = State.CREATING, "", now()
        is_over = not coupons.filter(is_usable=False, problem="").exists()
        if is_over:
            _finish(asked)
        asked.save()
        Shop.objects.filter(pk=asked.shop_id).update(problem="")
    return is_over


def _note_job(asked: ShopBatch, said: Said) -> None:
    """How long the present job has been at work, and how many before it came to nothing."""
    if said.job_ref != asked.job_ref:
        asked.job_since = now() if said.job_ref else None
    if said.is_lost:
        asked.lost_jobs += 1
    elif said.made or said.refused:
        asked.lost_jobs = 0


def _is_stuck(shop_batch_id: int) -> bool:
    """Whether the shop gets nowhere, which ends the batch as failed: somebody has to look."""
    asked = ShopBatch.objects.get(pk=shop_batch_id)
    if asked.lost_jobs >= MAX_LOST_JOBS:
        why = f"The shop forgot {asked.lost_jobs} times in a row which codes it was to make."
    elif asked.job_since is not None and now() - asked.job_since > LONGEST_JOB:
        why = f"The shop has been making codes for {LONGEST_JOB.seconds // 3600} hours."
    else:
        return False
    _fail(shop_batch_id, f"{why} Look into the shop's discounts, then go on here.")
    return True


def _finish(asked: ShopBatch) -> None:
    coupons = Coupon.objects.filter(batch=asked.batch_id)
    usable = coupons.filter(is_usable=True).count()
    refused = coupons.exclude(problem="")
    count = refused.count()
    asked.state = State.CONFIRMED if usable else State.FAILED
    if count:
        first = refused.order_by("id").values_list("problem", flat=True)[0]
        asked.error = f"The shop did not make {count:,} of {usable + count:,} codes: {first}"[:300]
    record(ShopCodesMade(subject_id=asked.pk, made=usable, refused=count))


def _wait(shop_batch_id: int, why: str) -> float | None:
    with transaction.atomic():
        rows = ShopBatch.objects.select_for_update(no_key=True)
        asked = rows.get(pk=shop_batch_id)
        asked.attempts += 1
        asked.error, asked.updated_at = why[:300], now()
        asked.save(update_fields=["attempts", "error", "updated_at"])
        if asked.attempts >= MAX_ATTEMPTS:
            _fail(shop_batch_id, why)
            return None
    return float(min(_FIRST_WAIT * 2 ** (asked.attempts - 1), _LONGEST_WAIT))


def _fail(shop_batch_id: int, why: str) -> None:
    """Codes that were made stay usable; the page says what happened, and offers to go on."""
    with transaction.atomic():
        asked = ShopBatch.objects.select_for_update(no_key=True).get(pk=shop_batch_id)
        asked.state, asked.error, asked.updated_at = State.FAILED, why[:300], now()
        asked.save(update_fields=["state", "error", "updated_at"])
        Shop.objects.filter(pk=asked.shop_id).update(problem=why[:300])
        usable = Coupon.objects.filter(batch=asked.batch_id, is_usable=True).count()
        record(ShopCodesMade(subject_id=asked.pk, made=usable, refused=0))
