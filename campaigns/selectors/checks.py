"""Pre-flight: everything that would make a campaign wrong, found before anybody is written to."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

from django.db import connection
from msgspec import structs

from accounts.models.brands import Brand
from accounts.scope import current_brand_id
from campaigns.blocks.products.block import Products
from campaigns.blocks.registry import KINDS, AnyBlock, parse_blocks
from campaigns.blocks.translating import untranslated
from campaigns.models.campaigns import Campaign
from campaigns.models.editor import Preflight
from campaigns.models.templates import EmailTemplate
from campaigns.models.transactional import TransactionalTemplate
from campaigns.models.variants import CampaignVariant
from campaigns.rules.domains import NO_SENDER
from campaigns.rules.encoding import safe_address
from campaigns.rules.languages import NAMES
from campaigns.rules.merge import compile_text
from campaigns.rules.numbers import people
from campaigns.rules.offers import shown
from campaigns.rules.rendering import Page
from campaigns.rules.slots import Slots
from campaigns.selectors.audience import Audience, audience_of, reaches_somebody
from campaigns.selectors.content import (
    Content,
    allowed_in,
    compiled,
    content_of,
    editions,
    facts_of,
    frozen_content,
    in_language,
    in_variant,
    rendered,
    theme_of,
)
from campaigns.selectors.coupons import batch_of, coupon_problems
from campaigns.selectors.domains import check_sender
from campaigns.selectors.further import all_tags, warnings
from campaigns.selectors.preflight import (
    Look,
    hash_of,
    kept_look,
    look_of,
    looked_at_some,
    names_of,
    wordings_of,
)
from campaigns.selectors.variants import other_variants
from config.kit import sql
from config.kit.clock import now
from config.kit.errors import DomainError

INTENT_DAYS = 90
LAST_MAILS = 5
# From so many of the last mails on it is said.
_OFTEN = 3
# So many members, and campaigns, are looked at to learn which mails the segment had.
_SAMPLE = 500
_CAMPAIGNS = 30


@dataclass(frozen=True, slots=True)
class Problem:
    """`level` error stops a launch, warning asks for a second look. `place` names the part of the
    editor: audience, subject, sender, content or the id of a block."""

    level: Literal["error", "warning"]
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What pre-flight found, and whom the campaign would reach (None without a segment)."""

    problems: list[Problem]
    audience: Audience | None
    size: int = 0
    # What was found for the people the mail was rendered for, and the look at all of them.
    found: Look | None = None
    run: Preflight | None = None
    # What the last mails to the same people were for, newest first.
    intents: Sequence[str] = ()

    @property
    def mix(self) -> list[tuple[str, int]]:
        """The same counted, most common first."""
        return [(Campaign.Intent(code).label, n) for code, n in Counter(self.intents).most_common()]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.level == "error"]

    @property
    def kilobytes(self) -> float:
        """The size of the HTML part, thousands of bytes."""
        return self.size / 1000

    @property
    def largest_kilobytes(self) -> float:
        """The size of the largest copy, thousands of bytes."""
        return self.found.largest / 1000 if self.found else 0

    @property
    def can_launch(self) -> bool:
        return not self.errors


def check_campaign(campaign: Campaign) -> Report:
    """Audience, sender, every block, the whole mail, and the values it needs."""
    contents = wordings_of(campaign)
    intents = recent_intents(campaign)
    audience, problems = _audience_problems(campaign, contents[0])
    size, words = _wording_problems(campaign, contents)
    problems += words
    problems += _intent_problems(campaign, intents)
    problems += _coupon_problems(campaign, contents, audience)
    if audience is None or any(problem.level == "error" for problem in problems):
        return Report(problems, audience, size)
    run = kept_look(campaign, hash_of(campaign, contents), people=audience.reachable)
    is_done = run is not None and run.finished_at is not None
    found = look_of(run) if run and is_done else looked_at_some(campaign, contents)
    problems += _people_problems(found, of=audience.reachable)
    return Report(problems, audience, size, found, run, intents)


def launch_errors(campaign: Campaign) -> list[Problem]:
    """The errors of `check_campaign`, for somebody who waits: people are counted only where it
    matters, and not looked at one by one, of which nothing but warnings comes."""
    contents = wordings_of(campaign)
    audience: Audience | None = None
    problems: list[Problem] = []
    if batch_of(campaign) is not None or not _reaches_somebody(campaign, contents[0]):
        audience, problems = _audience_problems(campaign, contents[0])
    problems += _wording_problems(campaign, contents)[1]
    problems += _coupon_problems(campaign, contents, audience)
    return [problem for problem in problems if problem.level == "error"]


def check_frozen(campaign: Campaign) -> list[Problem]:
    """What keeps a scheduled campaign from starting now, though nothing did when it was frozen:
    its words, its sender, who would get it today, and the codes that are left."""
    content = structs.replace(frozen_content(campaign), as_of=campaign.brand.today)
    audience, problems = _audience_problems(campaign, content)
    for letter in ("", *content.variants):
        words = check_content(in_variant(content, letter)).problems
        problems += [problem for problem in words if problem not in problems]
    reachable = audience.reachable if audience else 0
    for level, text in coupon_problems(campaign, str(campaign.frozen), reachable):
        problems.append(Problem(level, "coupons", text))
    return [problem for problem in problems if problem.level == "error"]


def check_template(
    template: EmailTemplate | CampaignVariant | TransactionalTemplate, brand: Brand
) -> Report:
    return check_content(content_of(template, brand))


def _coupon_problems(
    campaign: Campaign, contents: Sequence[Content], audience: Audience | None
) -> Iterator[Problem]:
    said = [(each.subject, each.preheader, each.blocks, each.translations) for each in contents]
    reachable = audience.reachable if audience else 0
    for level, text in coupon_problems(campaign, str(said), reachable):
        yield Problem(level, "coupons", text)


def _of_variant(variant: CampaignVariant, problem: Problem) -> Problem:
    return replace(problem, place="variants", text=f"Variant {variant.letter}: {problem.text}")


def check_content(content: Content) -> Report:
    """What is wrong with the mail itself, block by block."""
    problems = [*_sender_problems(content), *_subject_problems(content)]
    problems += _block_problems(content)
    problems += _language_problems(content)
    if any(problem.level == "error" for problem in problems):
        return Report(problems, None)
    try:
        mail = rendered(content)
        if not content.is_transactional:
            compiled(mail, content, brand_id=0, campaign_id=0)
        editions(content)
    except DomainError as error:
        return Report([*problems, Problem("error", "content", error.message)], None)
    return Report(problems, None, len(mail.html.encode()))


def _wording_problems(campaign: Campaign, contents: Sequence[Content]) -> tuple[int, list[Problem]]:
    """The size of the mail, and what is wrong with it and with its variants."""
    report = check_content(contents[0])
    problems = list(report.problems)
    for variant, content in zip(other_variants(campaign), contents[1:], strict=True):
        words = check_content(content).problems
        problems += [_of_variant(variant, problem) for problem in words if problem not in problems]
    return report.size, problems


def _reaches_somebody(campaign: Campaign, content: Content) -> bool:
    if content.rule is None or content.as_of is None:
        return False
    try:
        return reaches_somebody(content.rule, as_of=content.as_of, campaign=campaign)
    except DomainError:
        return False


def _audience_problems(
    campaign: Campaign, content: Content
) -> tuple[Audience | None, list[Problem]]:
    if content.rule is None or content.as_of is None:
        return None, [Problem("error", "audience", "Choose who should get this mail.")]
    try:
        audience = audience_of(content.rule, as_of=content.as_of, campaign=campaign)
    except DomainError as error:
        return None, [Problem("error", "audience", error.message)]
    if audience.reachable:
        return audience, []
    is_partners = campaign.contact_kind == Campaign.ContactKind.PARTNER
    return audience, [Problem("error", "audience", _nobody(audience, is_partners))]


def _nobody(audience: Audience, is_partners: bool) -> str:
    """What to do when a segment reaches nobody; `left_out` has the most common reason first."""
    if is_partners:
        return (
            "Nobody of this audience can be sent offers of partners now. They need a yes of their "
            "own to such offers: ask for it on the page “Consent” of your partners."
        )
    if next(iter(audience.left_out), "") != "no_consent":
        return "Nobody in this segment can be written to now. Choose another one."
    return (
        "Nobody in this segment can be written to now: no permission for news and offers is on "
        "record. Permission comes with the consent column of an import, through the API, or from "
        "customers themselves."
    )


def _sender_problems(content: Content) -> Iterator[Problem]:
    if not content.postal_address.strip():
        text = "Your brand has no postal address yet. Add it in the brand's settings."
        yield Problem("error", "sender", text)
    if not content.sender_email:
        yield Problem("error", "sender", NO_SENDER)
        return
    try:
        safe_address(content.sender_email)
        check_sender(content.sender_email)
    except DomainError as error:
        yield Problem("error", "sender", error.message)


def _subject_problems(content: Content) -> Iterator[Problem]:
    if not content.subject.strip():
        yield Problem("error", "subject", "Write a subject.")
    for line in (content.subject, content.preheader):
        try:
            compile_text(line, allowed_in(content))
        except DomainError as error:
            yield Problem("error", "subject", error.message)
    if not content.preheader.strip():
        text = "Without a preview line, inboxes show the first words of the mail instead."
        yield Problem("warning", "subject", text)


def _block_problems(content: Content) -> Iterator[Problem]:
    try:
        blocks = parse_blocks(content.blocks)
    except DomainError as error:
        yield Problem("error", "content", error.message)
        return
    for number, block in enumerate(blocks, start=1):
        try:
            slots = Slots(allowed_in(content))
            page = Page(slots, theme_of(content), facts_of(content), content.offers)
            block.mjml(page)
            block.plain(page)
            if block.only_if:
                page.slots.condition(block.only_if)
        except DomainError as error:
            yield Problem("error", block.id, f"Block {number} ({block.label}): {error.message}")
        yield from _left_overs(number, block)
        if isinstance(block, Products):
            yield from _sold_out(number, block, content)
    yield from (Problem("warning", "content", words) for words in warnings(content.blocks))


def _sold_out(number: int, block: Products, content: Content) -> Iterator[Problem]:
    """How the products at hand differ from those that were asked for."""
    cards = content.offers.get(block.id, [])
    can_show = len(shown(cards, block.count))
    missing = sum(not card.is_available for card in cards[: block.count])
    if not can_show:
        text = (
            f"Block {number} (Products) has nothing to show and is left out. Products need a name "
            "and a web address, and must be in stock."
        )
    elif can_show < block.count:
        text = f"Block {number} (Products) shows {can_show} of {block.count}: no more can be had."
    elif missing:
        text = f"Block {number} (Products): {missing} sold out, the next took their place."
    else:
        return
    yield Problem("warning", block.id, text)


def _language_problems(content: Content) -> Iterator[Problem]:
    """What is not translated yet, and translations that no mail may hold."""
    main = NAMES.get(content.language, content.language)
    for code, words in sorted(content.translations.items()):
        name = NAMES.get(code, code)
        gaps = [f"block {at} ({label})" for at, label in untranslated(content.blocks, words.texts)]
        gaps = ["the subject", *gaps] if not words.subject else gaps
        if gaps:
            text = f"{name}: {_listed(gaps)} not translated; readers see {main} there."
            yield Problem("warning", "languages", text)
        known = {problem.text for problem in _block_problems(content)}
        other = in_language(content, code)
        for problem in (*_subject_problems(other), *_block_problems(other)):
            if problem.level == "error" and problem.text not in known:
                yield Problem("error", "languages", f"{name}: {problem.text}")


def _listed(things: Sequence[str], *, most: int = 4) -> str:
    shown_ = [*things[:most], *([f"{len(things) - most} more"] if len(things) > most else [])]
    verb = "is" if len(things) == 1 else "are"
    return f"{', '.join(shown_)} {verb}"


def _left_overs(number: int, block: AnyBlock) -> Iterator[Problem]:
    """What a new block or starter template holds until somebody changes it."""
    if any("//example.com" in str(value) for value in block.stored().values()):
        label = KINDS[str(block.__struct_config__.tag)].label
        text = f"Block {number} ({label}) still leads to example.com. Put in your own address."
        yield Problem("warning", block.id, text)


def _people_problems(found: Look, *, of: int) -> Iterator[Problem]:
    """What goes wrong for some of the people looked at."""
    looked = "" if found.people == of else " looked at"
    written = {tag.name: tag.text for tag in all_tags()}
    for name, finding in sorted(found.gaps.items()):
        text = (
            f"{finding.count:,} of {people(found.people)}{looked} "
            f"{'has' if finding.count == 1 else 'have'} no {name}: they would see "
            f"a gap, among them {names_of(finding.ids)}. "
            f"Write {written.get(name, f'{{{{ {name} }}}}')} with a default."
        )
        yield Problem("warning", "content", text)
    if found.unsafe.count:
        text = (
            f"{found.unsafe.count:,} of {people(found.people)}{looked} cannot be written to: "
            f"their address or a value in the subject holds something no mail may hold, among "
            f"them {names_of(found.unsafe.ids)}."
        )
        yield Problem("warning", "content", text)


def _intent_problems(campaign: Campaign, intents: Sequence[str]) -> Iterator[Problem]:
    """How often the same people were asked for money of late."""
    if campaign.intent != Campaign.Intent.SELL:
        return
    asked = intents.count(Campaign.Intent.SELL)
    if asked >= _OFTEN:
        text = (
            f"{asked} of the last {len(intents)} mails to these people in {INTENT_DAYS} days asked "
            "for money. Thank, help or listen in between: it sells more in the end."
        )
        yield Problem("warning", "audience", text)


def recent_intents(campaign: Campaign) -> list[str]:
    """What the last campaigns that the people of its segment got were for, newest first."""
    if campaign.segment_id is None:
        return []
    keys: dict[str, Any] = {
        "brand_id": current_brand_id(),
        "campaign_id": campaign.pk,
        "segment_id": campaign.segment_id,
        "since": now() - timedelta(days=INTENT_DAYS),
        "sample": _SAMPLE,
        "campaigns": _CAMPAIGNS,
        "most": LAST_MAILS,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.load("campaigns", "recent_intents"), keys)
        return [intent for (intent,) in cursor.fetchall()]
