"""What a mail says: a brand's words and look as one value, which a launch freezes.

Drafts are rendered from `content_of(...)`, launched campaigns from `frozen_content(campaign)`; both
give the same `Content`, so the preview cannot differ from what is sent."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import msgspec
from django.conf import settings
from django.db import connection

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from campaigns.blocks.registry import parse_blocks
from campaigns.blocks.translating import translated
from campaigns.models.campaigns import Campaign
from campaigns.models.templates import EmailTemplate
from campaigns.models.transactional import TransactionalTemplate
from campaigns.models.variants import CampaignVariant
from campaigns.rules.filters import Formats
from campaigns.rules.languages import primary
from campaigns.rules.mailing import Mailing
from campaigns.rules.merge import MAX_ITEMS
from campaigns.rules.messages import read_data
from campaigns.rules.offers import Card
from campaigns.rules.program import Identity, Program, Recipient, Signers, compile_program
from campaigns.rules.rendering import Facts, Rendered, Theme, render_mail
from campaigns.rules.tags import LISTS, TAGS
from campaigns.selectors.further import all_names, filled
from campaigns.selectors.offers import Offers, offers_of, sold_out_note
from config.kit import sql
from config.kit.colours import READABLE, WHITE, contrast, is_hex
from config.kit.errors import DomainError
from config.kit.tokens import Keyring, Purpose, make_keyring, signer
from customers.segments.tree import parse_rule, stored

_TAGS_IN_ORDER = tuple(tag.name for tag in TAGS)
BLACK = "#000000"
MUTED = "#6a6f76"
ACCENT = "#006c4f"  # a brand without a colour of its own has the pages' evergreen


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How the brand's mails look beside its colour; kept in `Brand.theme["mail"]`."""

    logo: str = ""
    font: str = "plain"
    corners: str = "round"
    ink: str = "#1f2328"
    surface: str = "#ffffff"
    background: str = "#f3f3f0"


class Translation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The words of a mail in one more language; what is empty is read in the main one."""

    subject: str = ""
    preheader: str = ""
    texts: dict[str, dict[str, str]] = {}


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """Another variant's words. `links_before`: how many links of the campaign come before its
    own, so that each has one number."""

    subject: str
    preheader: str
    blocks: list[dict[str, Any]]
    translations: dict[str, Translation] = {}
    offers: dict[str, list[Card]] = {}
    links_before: int = 0


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the mail and its audience depend on; stored as `Campaign.frozen` at launch."""

    subject: str
    preheader: str
    blocks: list[dict[str, Any]]
    translations: dict[str, Translation] = {}
    accent: str
    look: Look = Look()
    brand_name: str
    postal_address: str
    language: str
    currency: str
    sender_name: str
    sender_email: str
    reply_to: str
    list_id: str
    # The products that its blocks may show, by block id, as they were when this was read.
    offers: dict[str, list[Card]] = {}
    # The other variants by letter, and what the link numbers of this one begin after.
    variants: dict[str, Wording] = {}
    links_before: int = 0
    # Of a transactional mail: what a program sends along, by example.
    is_transactional: bool = False
    example: dict[str, Any] = {}
    # The audience; empty for a template.
    segment_name: str = ""
    rule: dict[str, Any] | None = None
    as_of: date | None = None

    def stored(self) -> dict[str, Any]:
        """The JSON form, for `Campaign.frozen`."""
        return msgspec.to_builtins(self)  # type: ignore[no-any-return]


def content_of(
    document: Campaign | EmailTemplate | CampaignVariant | TransactionalTemplate, brand: Brand
) -> Content:
    """The present content of a draft, variant or template, with the brand as it is now."""
    campaign = document.campaign if isinstance(document, CampaignVariant) else document
    segment = campaign.segment if isinstance(campaign, Campaign) else None
    content = Content(
        subject=document.subject,
        preheader=document.preheader,
        blocks=document.blocks,
        translations=msgspec.convert(document.translations, dict[str, Translation]),
        accent=str(brand.theme.get("colour", "")) or ACCENT,
        look=look_of(brand),
        brand_name=brand.name,
        postal_address=brand.postal_address,
        language=primary(brand.locale),
        currency=brand.currency,
        sender_name=brand.sender_name or brand.name,
        sender_email=brand.sender_email,
        reply_to=brand.reply_to,
        list_id=f"{brand.slug}.{brand.sender_email.rpartition('@')[2] or 'invalid'}",
        offers=_offers(document.blocks, brand),
        segment_name=segment.name if segment else "",
        rule=segment.rule if segment else None,
        as_of=brand.today if segment else None,
    )
    return _answering(content, document) if isinstance(document, TransactionalTemplate) else content


def _answering(content: Content, template: TransactionalTemplate) -> Content:
    """A mail that answers an act may come from an address of its own."""
    return msgspec.structs.replace(
        content,
        sender_name=template.sender_name or content.sender_name,
        sender_email=template.sender_email or content.sender_email,
        reply_to=template.reply_to or content.reply_to,
        example=template.example,
        is_transactional=True,
    )


def allowed_in(content: Content) -> frozenset[str]:
    """The personal fields that its words may name."""
    names = all_names()
    return names | read_data(content.example).names() if content.example else names


def in_variant(content: Content, letter: str) -> Content:
    """The same with the words of another variant; A, or no letter, is the content itself."""
    wording = content.variants.get(letter)
    if wording is None:
        return content
    return msgspec.structs.replace(
        content, **{name: getattr(wording, name) for name in wording.__struct_fields__}
    )


def written_out(content: Content) -> Content:
    """With other segments' rules written out: later changes to them change nothing here."""
    return msgspec.structs.replace(content, rule=stored(parse_rule(content.rule)))


def wording_of(content: Content, *, links_before: int) -> Wording:
    """The words of a variant, to be kept beside those of its campaign."""
    return Wording(
        subject=content.subject,
        preheader=content.preheader,
        blocks=content.blocks,
        translations=content.translations,
        offers=content.offers,
        links_before=links_before,
    )


def in_language(content: Content, tag: str) -> Content:
    """The same as a reader of this language gets it, "" being an unknown one."""
    language = primary(tag)
    words = content.translations.get(language)
    if words is None or language == content.language:
        return content
    return msgspec.structs.replace(
        content,
        subject=words.subject or content.subject,
        preheader=words.preheader or content.preheader,
        blocks=translated(content.blocks, words.texts),
        language=language,
    )


def only_in(content: Content, tag: str) -> Content:
    """The mail in one language, whatever its reader speaks: to write and to look at it."""
    return msgspec.structs.replace(in_language(content, tag), translations={})


def editions(content: Content) -> dict[str, Rendered]:
    """The mail in each of its languages, the main one first; all share one link table.

    Raises a DomainError that says what to change."""
    languages = [content.language, *sorted(content.translations.keys() - {content.language})]
    mails: dict[str, Rendered] = {}
    targets: list[str] = []
    for language in languages:
        mails[language] = rendered(in_language(content, language), targets=targets)
        targets = mails[language].slots.targets
    return mails


def targets_of(content: Content) -> list[str]:
    """Where the links of the mail lead, in all its languages, in the order of their numbers."""
    *_, last = editions(content).values()
    return last.slots.targets


def _offers(stored: Sequence[object], brand: Brand) -> Offers:
    """Blocks that cannot be read offer nothing; the checks say why."""
    try:
        return offers_of(parse_blocks(stored), today=brand.today)
    except DomainError:
        return {}


def frozen_content(campaign: Campaign) -> Content:
    """What was frozen when the campaign was launched."""
    return msgspec.convert(campaign.frozen, Content)


def look_of(brand: Brand) -> Look:
    return msgspec.convert(brand.theme.get("mail", {}), Look)


def theme_of(content: Content) -> Theme:
    look = content.look
    muted = MUTED if contrast(MUTED, look.background) >= READABLE else look.ink
    return Theme(
        accent=content.accent,
        on_accent=ink_on(content.accent),
        muted=muted,
        **msgspec.structs.asdict(look),
    )


def facts_of(content: Content) -> Facts:
    return Facts(
        brand_name=content.brand_name,
        postal_address=content.postal_address,
        language=content.language,
        formats=Formats(content.currency, content.language),
        is_transactional=content.is_transactional,
    )


def rendered(content: Content, *, targets: Sequence[str] = ()) -> Rendered:
    """The mail with its variable places; raises a DomainError that says what to change.

    `targets` are links that have their numbers already."""
    return render_mail(
        parse_blocks(content.blocks),
        subject=content.subject,
        preheader=content.preheader,
        theme=theme_of(content),
        facts=facts_of(content),
        allowed=allowed_in(content),
        offers=content.offers,
        targets=targets,
    )


def program_of(content: Content, *, brand_id: int, campaign_id: int) -> Mailing:
    """The mail compiled for many recipients; see campaigns.rules.program."""
    programs = {
        language: compiled(mail, content, brand_id=brand_id, campaign_id=campaign_id)
        for language, mail in editions(content).items()
    }
    note = sold_out_note(content.blocks, content.offers)
    return Mailing(programs.pop(content.language), programs, note)


def compiled(mail: Rendered, content: Content, *, brand_id: int, campaign_id: int) -> Program:
    """The same from a mail that is rendered already; raises Unsendable for a sender that cannot
    send."""
    identity = Identity(
        name=content.sender_name,
        address=content.sender_email,
        reply_to=content.reply_to,
        list_id=content.list_id,
        base_url=settings.BASE_URL.rstrip("/"),
        feedback_id=f"{campaign_id}:{brand_id}:campaign:rapport",
    )

    def sign(purpose: Purpose, *, links_before: int = 0) -> Any:
        return signer(
            keyring(),
            purpose,
            brand_id=brand_id,
            campaign_id=campaign_id,
            links_before=links_before,
        )

    signers = Signers(
        click=sign(Purpose.CLICK, links_before=content.links_before),
        unsubscribe=sign(Purpose.UNSUBSCRIBE),
        message=sign(Purpose.MESSAGE),
        open=sign(Purpose.OPEN),
        bounce=sign(Purpose.BOUNCE),
    )
    return compile_program(mail, identity=identity, signers=signers)


@cache
def keyring() -> Keyring:
    """The keys that sign and verify this installation's links."""
    return make_keyring(settings.TOKEN_KEYS)


def recipients(
    customer_ids: Sequence[int], *, with_lists: bool = False, campaign_id: int | None = None
) -> list[Recipient]:
    """Address and merge values of these customers, by id; erased ones are missing. Without a
    campaign, coupon codes are examples."""
    with connection.cursor() as cursor:
        return fetch_recipients(
            cursor,
            current_brand_id(),
            customer_ids,
            with_lists=with_lists,
            campaign_id=campaign_id,
        )


def fetch_recipients(
    cursor: Any,
    brand_id: int,
    customer_ids: Sequence[int],
    *,
    with_lists: bool,
    campaign_id: int | None,
) -> list[Recipient]:
    """The same over a cursor inside the brand's scope; a sender has one of its own.

    `with_lists`: also the rows that loops go over and what apps above know, which most mails do not
    ask for."""
    keys = {"brand_id": brand_id, "customer_ids": list(customer_ids)}
    cursor.execute(sql.load("campaigns", "recipients"), {**keys, "campaign_id": campaign_id})
    found = [_as_recipient(row) for row in cursor.fetchall()]
    if not with_lists:
        return found
    cursor.execute(sql.load("campaigns", "last_orders"), {**keys, "most": MAX_ITEMS})
    lines: dict[int, list[dict[str, str]]] = {}
    names = [f"item.{field}" for field in LISTS["last_order"]]
    for customer_id, *values in cursor.fetchall():
        lines.setdefault(customer_id, []).append(dict(zip(names, values, strict=True)))
    with_rows = [
        each._replace(lists={"last_order": tuple(lines.get(each.customer_id, ()))})
        for each in found
    ]
    return filled(cursor, brand_id, with_rows)


def _as_recipient(row: Sequence[Any]) -> Recipient:
    """A row of campaigns/sql/recipients.sql."""
    named = dict(zip(_TAGS_IN_ORDER, row[3:], strict=True))
    return Recipient(row[0], row[1], named, language=row[2])


def ink_on(colour: str) -> str:
    """Black or white, whichever can be read better on a hex colour; white on anything else."""
    if not is_hex(colour) or contrast(colour, WHITE) >= contrast(colour, BLACK):
        return WHITE
    return BLACK
