"""A partner's offer reaches the brand's customers: those who said yes, and by the brand alone.

Sent, clicked, taken, redeemed at the till, and reckoned to the cent."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from config.kit.clock import as_of, now
from config.samples.forms import forms_of
from config.samples.venture import Scene, ok
from config.samples.visitor import Page, Program, Visitor
from config.samples.walk import CheckFailed, arrived, expect, mail_of, wait_until
from customers.models.consents import Channel, Consent, ConsentState, Purpose
from customers.models.customers import Customer
from customers.rules.splits import is_held_out, split_key
from customers.services.consents import record_consent
from partners.models.offers import OfferClaim
from partners.models.settlements import CommissionLine
from partners.models.vouchers import Redemption, Voucher
from partners.selectors.own_page import offers_address
from partners.services.claims import take_offer

_YES = 40
_LINK = re.compile(r'href="(https?://[^"]+/c/[^"]+)"')
_KEY = re.compile(r"rk_live_\w+")


@dataclass(frozen=True)
class Till:
    """The partner's own system."""

    scene: Scene
    program: Program

    def redeem(
        self, code: str, *, key: str, paid: int, at: datetime | None = None
    ) -> tuple[int, dict[str, object]]:
        said = {"code": code, "paid": paid, "at": at.isoformat() if at else None}
        return self.program.post("/partner/vouchers/redeem", said, key=key)


def say_yes(scene: Scene) -> None:
    """Some customers want partners' offers; one of them none of this partner, by their own page."""
    with scene.walk.step("consent") as counted:
        with brand_scope(scene.walk.brand):
            people = _regulars()
            for person in people:
                record_consent(customer=person, purpose=Purpose.PARTNER_OFFERS, source="checkout")
            scene.yes = [person.pk for person in people]
            path = urlsplit(offers_address(people[0].pk)).path
        no = f"partner:{scene.partnership.pk}"
        visitor = Visitor()
        page = ok(visitor.get(path))
        form = next(each for each in forms_of(page.text) if each.action.endswith("/wishes"))
        wanted = {name: value for name, value in form.values.items() if value != no}
        expect("boxes taken away", len(form.values) - len(wanted), 1)
        ok(visitor.post(form.action, **wanted))
        with brand_scope(scene.walk.brand):
            said = ConsentState.objects.filter(purpose=no, status=Consent.Status.WITHDRAWN)
            expect("who said no to this partner", [row.customer_id for row in said], scene.yes[:1])
        counted(f"{_YES} customers say yes, one of them no to this partner")


def _regulars() -> list[Customer]:
    """The first customers with three orders who may be mailed, and were sent nothing so far."""
    return list(regulars()[:_YES])


def regulars() -> QuerySet[Customer]:
    """Customers with three orders who may be mailed."""
    mailed = ConsentState.objects.filter(
        purpose=Purpose.MARKETING, channel=Channel.EMAIL, status=Consent.Status.GRANTED
    )
    rows = Customer.objects.filter(
        pk__in=mailed.values("customer_id"), facts_rows__orders_count__gte=3
    )
    return rows.order_by("pk")


def send_and_take(scene: Scene) -> Till:
    _arrive(scene)
    code = click_and_take(scene)
    till = _redeem(scene, code)
    _reckon(scene, till)
    return till


def _arrive(scene: Scene) -> None:
    with scene.walk.step("sent to the consenting") as counted:
        wait_until("The mailing", lambda: mailing_of(scene) is not None)
        wait_until("Sending it", lambda: mailing_state(scene) == Campaign.State.DONE)
        campaign = mailing_of(scene)
        assert campaign is not None
        asked = not_held_out(scene, scene.yes[1:])
        expect("planned", campaign.planned, len(asked))
        skipped = {reason: campaign.skipped.get(reason) for reason in ("control", "said_no")}
        held = _YES - 1 - len(asked)
        expect("left out", skipped, {"control": held or None, "said_no": 1})
        expect_in_inbox(scene, asked)
        scene.asked = asked
        counted(f"{len(asked)} mails: {_YES} less one who said no and {held} of the control group")


def not_held_out(scene: Scene, people: list[int]) -> list[int]:
    """Those of them whom the mailing's control group leaves."""
    campaign = mailing_of(scene)
    assert campaign is not None
    brand_id, percent = scene.walk.brand.pk, scene.offer.control_percent
    key = split_key(settings.ERASURE_KEY, brand_id=brand_id, name=f"campaign {campaign.pk}")
    return [pk for pk in people if not is_held_out(key, pk, percent=percent)]


def expect_in_inbox(scene: Scene, asked: list[int]) -> None:
    """The offer's mail, at exactly these."""
    with brand_scope(scene.walk.brand):
        wanted = set(Customer.objects.filter(pk__in=asked).values_list("email", flat=True))
    got = {entry.recipient for entry in arrived(scene.headline)}
    expect("who has it in the inbox", got == wanted, True)


def mailing_of(scene: Scene) -> Campaign | None:
    with brand_scope(scene.walk.brand):
        return Campaign.objects.filter(partner_offers=scene.offer.pk).first()


def mailing_state(scene: Scene) -> str:
    campaign = mailing_of(scene)
    return campaign.state if campaign else ""


def click_and_take(scene: Scene) -> str:
    with scene.walk.step("click and take") as counted:
        entry = min(arrived(scene.headline), key=lambda each: each.recipient)
        body = mail_of(entry).get_body(("html",))
        link = _LINK.search(body.get_content()) if body else None
        if link is None:
            raise CheckFailed("The mail holds no tracked link.")
        visitor = Visitor()
        page = ok(visitor.get(urlsplit(link[1]).path))
        expect("the offer behind the link", scene.headline in page.words, True)
        expect("taken by looking", _claims(scene), 0)
        form = next(each for each in forms_of(page.text) if each.action.endswith("/take"))
        cards = [ok(visitor.post(form.action, **form.values)) for _ in range(2)]
        expect("taken by pressing twice", _claims(scene), 1)
        with brand_scope(scene.walk.brand):
            voucher = Voucher.objects.get(cause_kind="offer", cause_id=scene.offer.pk)
            scene.taker = voucher.customer_id
        expect("the code on both cards", [_shows(card, voucher) for card in cards], [True, True])
        counted(f"looking changes nothing, pressing twice gives one voucher, {voucher.code}")
    return voucher.code


def _shows(card: Page, voucher: Voucher) -> bool:
    return card.path.startswith("/voucher/") and voucher.code in card.text


def _claims(scene: Scene) -> int:
    with brand_scope(scene.walk.brand):
        return OfferClaim.objects.filter(offer=scene.offer).count()


def till_of(scene: Scene) -> Till:
    """With a key that the brand makes for the partner."""
    keys = scene.desk.post(scene.of_partnership("keys/"), name="Till", scopes="own_vouchers:redeem")
    key = _KEY.search(keys.text)
    if key is None:
        raise CheckFailed(f"No key was shown ({keys.status}).")
    return Till(scene, Program(key[0]))


def _redeem(scene: Scene, code: str) -> Till:
    with scene.walk.step("redeem by API") as counted:
        till = till_of(scene)
        first = till.redeem(code, key="table 4", paid=4_735)
        expect("status", first[0], 200)
        expect("the same request again", till.redeem(code, key="table 4", paid=4_735), first)
        status, problem = till.redeem(code, key="table 5", paid=4_735)
        expect("under another key", (status, problem["code"]), (409, "voucher_used"))
        scene.redemption_id = str(first[1]["id"])
        scene.partner.shown.append(str([first, problem]))
        with brand_scope(scene.walk.brand):
            expect("redemptions", Redemption.objects.count(), 1)
        counted("once for each key; the voucher is used up")
    return till


def _reckon(scene: Scene, till: Till) -> None:
    with scene.walk.step("commission") as counted:
        # 10 % of 47.35, halves up, and 1.50 for the voucher; on hold for 14 days.
        parts = [("flat", 150, "pending"), ("share", 474, "pending")]
        wait_until("The commission", lambda: len(lines(scene)) == 2)
        expect("of the first guest", lines(scene), parts)
        with brand_scope(scene.walk.brand), as_of(now() - timedelta(days=20)):
            guest = next(pk for pk in scene.asked if pk != scene.taker)
            code = take_offer(scene.offer, Customer.objects.get(pk=guest), place="mail").code
        at = now() - timedelta(days=15)
        expect("a fortnight later", till.redeem(code, key="table 6", paid=8_010, at=at)[0], 200)
        wait_until("The second commission", lambda: len(lines(scene)) == 4)
        parts = sorted([*parts, ("flat", 150, "pending"), ("share", 801, "pending")])
        expect("of both", lines(scene), parts)
        counted("$6.24 of $47.35, on hold; $9.51 of $80.10, whose hold is over")


def lines(scene: Scene) -> list[tuple[str, int, str]]:
    """Part, minor units and state of each."""
    with brand_scope(scene.walk.brand):
        rows = CommissionLine.objects.filter(partnership=scene.partnership)
        return sorted(rows.values_list("part", "amount_minor", "state"))
