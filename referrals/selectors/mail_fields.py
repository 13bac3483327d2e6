"""What a mail says of the referral programme to each of its readers: two statements for a chunk.

Whoever is held out, or barred, has no words of an offer, so that part of the mail is left out. The
way to their own page everybody has, also when the programme has ended: old mails are still read."""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.conf import settings

from accounts.models.brands import Brand
from campaigns.rules.conditions import Values
from campaigns.rules.tags import Tag
from campaigns.selectors.content import keyring
from campaigns.selectors.further import Fields
from config.kit.qr import qr_png
from config.kit.sql import load
from config.kit.tokens import Purpose, signer
from referrals.models.programmes import Programme, ProgrammeVersion
from referrals.rules.sharing import landing_address, told
from referrals.selectors.advocates import arm_of, is_held_back
from referrals.selectors.programmes import live_programmes, terms_for, terms_of
from referrals.selectors.wording import offer_in

# For the editor, whose pages fetch nothing from elsewhere.
_PICTURE = b64encode(qr_png("https://example.com/", scale=4)).decode()
TAGS = (
    Tag("referral.headline", "Offer of the referral programme", "Give £10, get £10"),
    Tag("referral.intro", "What the offer says below that", "Share your link with friends."),
    Tag("referral.link", "Own page with the link for friends", "https://example.com/me"),
    Tag("referral.code", "Own code for friends", "RAE-7K3Q", '{{ referral.code | default: "" }}'),
    Tag("referral.qr", "Picture of the own QR code", f"data:image/png;base64,{_PICTURE}"),
)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """The programme that mails speak of."""

    brand: Brand
    programme: Programme
    version: ProgrammeVersion


@dataclass(frozen=True, slots=True)
class _Sharer:
    """How a reader takes part."""

    arm: int | None
    code: str
    is_barred: bool


def fill(cursor: Any, brand_id: int, customer_ids: Sequence[int]) -> Mapping[int, Values]:
    """By customer; see campaigns.selectors.further."""
    keys = {"brand_id": brand_id, "customer_ids": list(customer_ids)}
    cursor.execute(load("referrals", "mail_programme"), keys)
    row = cursor.fetchone()
    if row is None:
        return {}
    number, salt, terms, is_live, name, slug, currency, locale = row
    if isinstance(terms, str):  # Django leaves jsonb as text on its own cursors
        terms = msgspec.json.decode(terms)
    spoken = _Spoken(
        Brand(pk=brand_id, name=name, slug=slug, currency=currency, locale=locale),
        Programme(pk=number, brand_id=brand_id, salt=bytes(salt)),
        ProgrammeVersion(brand_id=brand_id, terms=terms),
    )
    values = _pages(customer_ids, spoken)
    if is_live:
        cursor.execute(load("referrals", "mail_advocates"), {**keys, "programme_id": number})
        sharers = {each: _Sharer(*rest) for each, *rest in cursor.fetchall()}
        for customer_id, offered in _offers(customer_ids, spoken, sharers):
            values[customer_id].update(offered)
    return values


def _pages(customer_ids: Sequence[int], spoken: _Spoken) -> dict[int, dict[str, str]]:
    base = settings.BASE_URL.rstrip("/")
    named = {"brand_id": spoken.brand.pk, "campaign_id": spoken.programme.pk}
    sign = signer(keyring(), Purpose.PORTAL, **named)
    return {each: {"referral.link": f"{base}/me/{sign(each)}"} for each in customer_ids}


def _offers(
    customer_ids: Sequence[int], spoken: _Spoken, sharers: Mapping[int, _Sharer]
) -> Iterator[tuple[int, dict[str, str]]]:
    programme, terms = spoken.programme, terms_of(spoken.version)
    words: dict[int | None, dict[str, str]] = {}
    for customer_id in customer_ids:
        sharer = sharers.get(customer_id)
        if sharer.is_barred if sharer else is_held_back(programme, customer_id, terms):
            continue
        arm = sharer.arm if sharer else arm_of(programme, customer_id, terms)
        if arm not in words:
            words[arm] = _words(spoken, arm)
        code = sharer.code if sharer else ""
        picture = qr_address(spoken.brand.slug, code) if code else ""
        yield customer_id, {**words[arm], "referral.code": code, "referral.qr": picture}


def _words(spoken: _Spoken, arm: int | None) -> dict[str, str]:
    terms = terms_for(spoken.version, arm)
    offer = offer_in(terms, spoken.brand)
    return {
        f"referral.{name}": told(getattr(terms.texts, name), offer, brand=spoken.brand.name)
        for name in ("headline", "intro")
    }


def qr_address(brand_slug: str, code: str) -> str:
    """The picture of an advocate's QR code, for mails."""
    return f"{landing_address(settings.BASE_URL, brand_slug, code)}/qr.png"


def why_empty() -> str:
    """For whoever writes a mail that offers a programme nobody is offered."""
    if live_programmes().exists():
        return ""
    return (
        "No referral programme is live, so nobody sees what the e-mail says of it. Start one under "
        "Referrals."
    )


FIELDS = Fields("referral", TAGS, fill, why_empty)
