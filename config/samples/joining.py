"""Another business offers something to the brand's customers: apply, agree, offer, change, approve.

Through the pages and the API of the running instance, as the partner, as the brand and as one of
its customers; every amount is exact, and nothing that the partner reads names a customer."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

from accounts.models.members import Role
from accounts.scope import brand_scope
from config.kit.clock import day_in
from config.samples.settling import settle
from config.samples.taking import say_yes, send_and_take
from config.samples.venture import Scene, ok
from config.samples.visitor import Page, somebody
from config.samples.walk import CheckFailed, Walk, arrived, expect, mail_of, wait_until
from partners.models.offers import Offer
from partners.models.partnerships import Partnership

_INVITE = re.compile(r"https?://\S+/partner-invite/\S+")


def walk_joint_venture(walk: Walk) -> Scene:
    """Raises CheckFailed at the first thing that is off."""
    with somebody(walk.brand, Role.MANAGER) as (desk, _):
        scene = Scene(walk, desk)
        _apply(scene)
        _agree(scene)
        say_yes(scene)
        write_offer(scene)
        _change(scene)
        _approve(scene)
        settle(scene, send_and_take(scene))
    return scene


def _apply(scene: Scene) -> None:
    walk, partner = scene.walk, scene.partner
    with walk.step("apply as a partner") as counted:
        ok(scene.desk.post(scene.at_brand("categories/"), name="Dinner"))
        form = partner.get(f"/partners/{walk.brand.slug}/apply")
        answer = partner.fill(
            form,
            name=scene.business,
            contact_name="Lucia",
            email=f"{scene.mark}@trattoria.example",
            pitch="Flowers, then dinner.",
        )
        expect("answer to the application", answer.status, 200)
        subject = f"Please confirm: {scene.business} and {walk.brand.name}"
        wait_until("The mail to confirm", lambda: bool(arrived(subject)))
        link = _link(subject)
        for method in ("HEAD", "GET"):
            expect(f"answer to {method}", partner.ask(method, link).status, 200)
        with brand_scope(walk.brand):
            scene.partnership = Partnership.objects.get(name=scene.business)
        expect("whose it is after looking", scene.partnership.organisation_id, None)
        is_listed = scene.business in scene.desk.get(scene.at_brand()).words
        expect("on the brand's page before", is_listed, False)
        home = ok(partner.post(link))
        expect("where the partner is", home.path, scene.at_partner())
        expect("state", scene.state(), Partnership.State.APPLIED)
        expect("answer to the link again", partner.post(link).status, 409)
        counted("looking at the mail's link changes nothing, its button lets in, once")


def _link(subject: str) -> str:
    body = mail_of(arrived(subject)[0]).get_body(("plain",))
    found = _INVITE.search(body.get_content()) if body else None
    if found is None:
        raise CheckFailed(f"The mail “{subject}” holds no link.")
    return urlsplit(found[0]).path


def _agree(scene: Scene) -> None:
    with scene.walk.step("terms") as counted:
        ok(scene.desk.post(scene.of_partnership("approve/")))
        terms = scene.desk.get(scene.of_partnership("terms/"))
        # 10 per cent of what is paid and 1.50 for each voucher, paid by the brand; from 5.00 on.
        said = {"share": "10", "flat": "1.50", "lock_days": 14, "smallest_payout": "5.00"}
        ok(scene.desk.fill(terms, payer="brand", statements="on_demand", **said))
        expect("state before the partner agrees", scene.state(), Partnership.State.APPROVED)
        page = scene.partner.get(scene.at_partner("agreement/"))
        form = page.form("terms_hash")
        other = {**form.values, "terms_hash": "0" * 64}
        scene.partner.post(form.action, **other)
        expect("after agreeing to other words", scene.state(), Partnership.State.APPROVED)
        ok(scene.partner.fill(page, terms_hash=form.values["terms_hash"]))
        expect("state with both names", scene.state(), Partnership.State.ACTIVE)
        counted("both put their name to the same words: 10 % and $1.50 a voucher")


def write_offer(scene: Scene) -> None:
    with scene.walk.step("offer in three fields") as counted:
        today = day_in(scene.walk.brand.time_zone)
        form = scene.partner.get(scene.at_partner("offers/new/"))
        kind = re.search(r'<option value="(\d+)"[^>]*>Dinner', form.text)
        assert kind is not None
        ok(
            scene.partner.fill(
                form,
                headline=scene.headline,
                gets="20% off dinner",
                ends_on=today + timedelta(days=30),
                starts_on=today,
                category=kind[1],
            )
        )
        with brand_scope(scene.walk.brand):
            scene.offer = Offer.objects.get(partnership=scene.partnership)
        _submit(scene)
        expect("state", scene.offer_state(), Offer.State.SUBMITTED)
        counted("written with the brand's template, seen as customers will, and submitted")


def _submit(scene: Scene) -> None:
    page = scene.partner.get(scene.at_partner(f"offers/{scene.offer_id}/"))
    ok(scene.partner.fill(page, number=page.form("number").values["number"]))


def _change(scene: Scene) -> None:
    with scene.walk.step("changes asked for") as counted:
        expect("in the queue", scene.headline in queue(scene).words, True)
        decide(scene, act="changes", number=1, note="Which days?")
        expect("state", scene.offer_state(), Offer.State.CHANGES_REQUESTED)
        page = scene.partner.get(scene.at_partner(f"offers/{scene.offer_id}/"))
        expect("the note on the partner's page", "Which days?" in page.words, True)
        form = scene.partner.get(scene.at_partner(f"offers/{scene.offer_id}/edit/"))
        ok(scene.partner.fill(form, conditions="Tuesday to Thursday."))
        _submit(scene)
        expect("versions", (scene.offer_state(), scene.offer.saved), (Offer.State.SUBMITTED, 2))
        counted("the partner reads why, saves version 2 and submits it")


def _approve(scene: Scene) -> None:
    with scene.walk.step("approved by its hash") as counted:
        for number, digest in ((1, scene.hash_of(1)), (2, scene.hash_of(1))):
            decide(scene, act="approve", number=number, hash=digest)
            expect("after naming another version", scene.offer_state(), Offer.State.SUBMITTED)
        form = queue(scene).form("hash")
        expect("the hash on the page", form.values["hash"], scene.hash_of(2))
        decide(scene, act="approve", **form.values)
        wait_until("The offer's start", lambda: scene.offer_state() == Offer.State.LIVE)
        expect("both names", (scene.offer.brand_hash, scene.offer.approved), (scene.hash_of(2), 2))
        counted("version 1's hash is refused; version 2's makes it live")


def queue(scene: Scene) -> Page:
    return ok(scene.desk.get(scene.at_brand("offers/review/")))


def decide(scene: Scene, **said: object) -> None:
    ok(scene.desk.post(scene.at_brand(f"offers/review/{scene.offer_id}/decide/"), **said))
