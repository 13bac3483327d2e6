"""Two brands of one agency: one offers something to the other's customers, after both granted it.

By the agency's own people through the pages of both brands; what is owed stands in both books."""

import secrets

from django.db import transaction

from accounts.models.brands import Brand
from accounts.models.ledger import Journal
from accounts.models.members import Grant, Role
from accounts.models.organisations import Organisation
from accounts.scope import brand_scope
from accounts.selectors.ledger_checks import check_ledger
from campaigns.models.campaigns import Campaign
from config.kit.clock import day_in
from config.samples.joining import decide, queue, write_offer
from config.samples.taking import (
    click_and_take,
    expect_in_inbox,
    lines,
    mailing_of,
    mailing_state,
    not_held_out,
    regulars,
    till_of,
)
from config.samples.venture import Scene, ok
from config.samples.visitor import somebody
from config.samples.walk import Walk, arrived, expect, wait_until
from customers.models.consents import Purpose
from customers.models.customers import Customer
from customers.services.consents import record_consent
from partners.models.offers import Offer
from partners.models.partnerships import Partnership
from partners.models.settlements import Statement
from partners.models.sisters import SisterPact, SisterSettlement
from partners.selectors.sisters import reference_of
from partners.selectors.statements import public_id

_YES = 12
_PAID, _OWED = 5_000, 650


def walk_sister_brands(walk: Walk, before: Scene) -> None:
    """After the offer of `before`, whose readers get no second one so soon. Raises CheckFailed."""
    agency, guest = _sister_of(walk.brand)
    with somebody(walk.brand, Role.MANAGER, agency=agency) as (desk, _):
        scene = Scene(walk, desk)
        # The same person opens the guest's pages of the partnership.
        scene.partner.beside(desk)
        _grant(scene, guest)
        _agree(scene)
        write_offer(scene)
        _send(scene, before)
        _redeem(scene, click_and_take(scene))
        _settle(scene, guest)


@transaction.atomic
def _sister_of(brand: Brand) -> tuple[Organisation, Brand]:
    """Another brand, and an agency that looks after both."""
    mark = secrets.token_hex(3)
    agency = Organisation.objects.create(kind=Organisation.Kind.AGENCY, name=f"Agency {mark}")
    guest = Brand.objects.create(
        organisation=agency,
        name=f"Next door {mark}",
        slug=f"next-door-{mark}",
        currency=brand.currency,
        time_zone=brand.time_zone,
        country=brand.country,
        postal_address="2 Check Street, Columbus, OH 43004, USA",
        sender_name="Next door",
        sender_email="hello@next-door.example",
        is_sample=True,
    )
    for each in (brand, guest):
        Grant.objects.create(brand=each, organisation=agency)
    return agency, guest


def _grant(scene: Scene, guest: Brand) -> None:
    host = scene.walk.brand
    with scene.walk.step("sister brands grant it") as counted:
        ok(scene.desk.post(scene.at_brand("sisters/propose/"), other=guest.slug, side="host"))
        pact = SisterPact.objects.get(host=host, guest=guest)
        ok(scene.desk.post(scene.at_brand(f"sisters/{pact.pk}/grant/")))
        with brand_scope(host):
            of_guest = Partnership.objects.filter(sister_brand=guest)
            expect("partnerships by one grant", of_guest.count(), 0)
        theirs = f"/b/{guest.slug}/partners/sisters/"
        ok(scene.desk.post(f"{theirs}{pact.pk}/grant/"))

        def is_there() -> bool:
            with brand_scope(host):
                return Partnership.objects.filter(sister_brand=guest).exists()

        wait_until("The partnership", is_there)
        with brand_scope(host):
            scene.partnership = Partnership.objects.get(sister_brand=guest)
        words = f"You offer something to customers of {host.name}"
        expect("on the guest's page", words in ok(scene.desk.get(theirs)).words, True)
        counted("one agency is no consent: both brands' written grants make them partners")


def _agree(scene: Scene) -> None:
    with scene.walk.step("sister's terms") as counted:
        terms = scene.desk.get(scene.of_partnership("terms/"))
        # 10 per cent of what is paid and 1.50 for each voucher, paid by the host, at once.
        said = {"share": "10", "flat": "1.50", "lock_days": 0, "smallest_payout": "0"}
        ok(scene.desk.fill(terms, payer="brand", statements="on_demand", **said))
        page = scene.partner.get(scene.at_partner("agreement/"))
        ok(scene.partner.fill(page, terms_hash=page.form("terms_hash").values["terms_hash"]))
        expect("state with both names", scene.state(), Partnership.State.ACTIVE)
        counted("each side puts its name to the same words, on its own pages")


def _send(scene: Scene, before: Scene) -> None:
    with scene.walk.step("sister's offer is sent") as counted:
        with brand_scope(scene.walk.brand):
            new = list(regulars().exclude(pk__in=before.yes)[:_YES])
            for person in new:
                record_consent(customer=person, purpose=Purpose.PARTNER_OFFERS, source="checkout")
        decide(scene, act="approve", **queue(scene).form("hash").values)
        wait_until("The offer's start", lambda: scene.offer_state() == Offer.State.LIVE)
        wait_until("The mailing", lambda: mailing_of(scene) is not None)
        wait_until("Planning it", lambda: mailing_state(scene) == Campaign.State.SENDING)
        willing = not_held_out(scene, [*before.yes, *(person.pk for person in new)])
        campaign = mailing_of(scene)
        expect("planned", campaign and campaign.planned, len(willing))
        # Whoever had the first partner's offer waits: two such mails in one day are too many.
        scene.asked = [pk for pk in willing if pk not in before.asked]
        wait_until("The mails", lambda: len(arrived(scene.headline)) == len(scene.asked))
        expect_in_inbox(scene, scene.asked)
        waiting = len(willing) - len(scene.asked)
        counted(f"{len(scene.asked)} of the host's customers have it, {waiting} had one today")


def _redeem(scene: Scene, code: str) -> None:
    with scene.walk.step("sister's voucher") as counted:
        status, _ = till_of(scene).redeem(code, key="till 1", paid=_PAID)
        expect("status", status, 200)
        wait_until("The commission", lambda: len(lines(scene)) == 2)
        parts = [(part, amount) for part, amount, _ in lines(scene)]
        expect("lines", parts, [("flat", 150), ("share", 500)])
        counted("one is used next door: $6.50 of $50.00")


def _settle(scene: Scene, guest: Brand) -> None:
    host = scene.walk.brand
    with scene.walk.step("settled in both books") as counted:
        until = day_in(host.time_zone)
        ok(scene.desk.post(scene.of_partnership("statements/issue/"), until=until))
        with brand_scope(host):
            statement = Statement.objects.get(partnership=scene.partnership)
        expect("lines and total", (statement.lines_count, statement.total_minor), (2, _OWED))
        named = public_id(statement)
        ok(scene.partner.post(scene.at_partner(f"statements/{named}/agree/")))
        settle = scene.at_brand(f"statements/{named}/sister/")
        for _ in range(2):
            ok(scene.desk.post(settle))
        settlement = SisterSettlement.objects.get(statement_id=statement.pk)
        expect("amount", (settlement.amount_minor, settlement.currency), (_OWED, "USD"))

        def is_in_both() -> bool:
            settlement.refresh_from_db()
            return settlement.mirrored_at is not None

        wait_until("The other brand's journal", is_in_both)
        for brand in (host, guest):
            with brand_scope(brand):
                booked = Journal.objects.filter(reason=reference_of(settlement))
                expect(f"journals of {brand.name}", booked.count(), 1)
                expect(f"findings in the books of {brand.name}", check_ledger(), [])
        with brand_scope(guest):
            expect("customers of the host with the guest", Customer.objects.count(), 0)
        expect_in_inbox(scene, scene.asked)
        page = ok(scene.desk.get(f"/b/{guest.slug}/partners/sisters/"))
        expect("the sum on the guest's page", "$6.50" in page.words, True)
        counted("$6.50 by one journal in each brand's books, under one reference; no row crossed")
