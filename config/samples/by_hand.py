"""A person makes a campaign in the browser: writes it, looks at it, tests, launches, pauses and
reads it, through the pages and nothing else."""

import csv
import io
import re
import secrets
from dataclasses import dataclass

from accounts.models.brands import Brand
from accounts.models.members import Role
from accounts.models.users import User
from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery
from campaigns.models.senders import Chunk
from campaigns.models.templates import EmailTemplate
from campaigns.models.variants import CampaignVariant
from campaigns.selectors.preview import recipient_of
from campaigns.selectors.variants import WAITING, waiting_people
from config.samples.visitor import Page, Visitor, somebody
from config.samples.walk import CheckFailed, Walk, arrived, expect, mail_of, wait_until

TESTED_PERCENT = 30
_EDITOR = re.compile(r"/campaigns/(\d+)/edit/$")


@dataclass
class _Desk:
    """The person, their campaign, and the two subjects it goes out under."""

    walk: Walk
    visitor: Visitor
    user: User
    home: str
    pk: int = 0
    subjects: tuple[str, str] = ("", "")

    def at(self, path: str = "") -> str:
        return f"{self.home}campaigns/{self.pk}/{path}"

    def campaign(self) -> Campaign:
        with brand_scope(self.walk.brand):
            return Campaign.objects.select_related("brand").get(pk=self.pk)

    def arrived(self) -> int:
        return sum(len(arrived(subject)) for subject in self.subjects)

    def sent(self) -> int:
        with brand_scope(self.walk.brand):
            return Delivery.objects.filter(campaign_id=self.pk, outcome="sent").count()


def walk_by_hand(walk: Walk, *, segment_id: int, reachable: int) -> None:
    """Raises CheckFailed. The person is there for these steps only, with a password of chance."""
    with somebody(walk.brand, Role.MARKETER) as (visitor, user):
        desk = _Desk(walk, visitor, user, f"/b/{walk.brand.slug}/")
        _make(desk, segment_id)
        _look_and_test(desk, reachable)
        _launch_and_pause(desk, reachable)
        _read(desk, reachable)


def _make(desk: _Desk, segment_id: int) -> None:
    mark = secrets.token_hex(4)
    desk.subjects = (f"By hand {mark}", f"Another way {mark}")
    with desk.walk.step("made by hand") as counted:
        wait_until("The starter templates", lambda: _starter(desk.walk.brand) is not None)
        template = _starter(desk.walk.brand)
        assert template is not None
        page = desk.visitor.post(
            f"{desk.home}campaigns/new/",
            name="By hand",
            template=template.pk,
            segment=segment_id,
        )
        place = _EDITOR.search(page.path)
        if place is None:
            raise CheckFailed(f"A new campaign ended at {page.path} with {page.status}.")
        desk.pk = int(place[1])
        _ok(desk.visitor.post(desk.at("save/"), subject=desk.subjects[0]))
        _ok(desk.visitor.post(desk.at("blocks/"), kind="divider"))
        _ok(desk.visitor.post(desk.at("variants/")))
        _ok(desk.visitor.post(desk.at("variants/test/"), percent=TESTED_PERCENT))
        with brand_scope(desk.walk.brand):
            variant = CampaignVariant.objects.get(campaign_id=desk.pk)
        where = f"{desk.home}variants/{variant.pk}/save/"
        _ok(desk.visitor.post(where, subject=desk.subjects[1]))
        campaign = desk.campaign()
        expect("subject as it was typed", campaign.subject, desk.subjects[0])
        expect("blocks, one of them new", len(campaign.blocks), len(template.blocks) + 1)
        expect("share the variants are tried on", campaign.test_percent, TESTED_PERCENT)
        counted("written from a template, with two variants")


def _starter(brand: Brand) -> EmailTemplate | None:
    with brand_scope(brand):
        return EmailTemplate.objects.filter(name="Time for a second order").first()


def _look_and_test(desk: _Desk, reachable: int) -> None:
    with desk.walk.step("previewed and tested") as counted:
        with brand_scope(desk.walk.brand):
            first = Delivery.objects.filter(outcome="sent").order_by("customer_id").first()
            person = recipient_of(first.customer_id) if first else None
        assert person is not None
        shown = desk.visitor.get(f"{desk.at('mail/')}?as={person.customer_id}")
        hello = f"Hello {person.values['first_name']},"
        expect("the greeting in the preview", hello in shown.words, True)
        told = desk.visitor.post(
            desk.at("test/"), **{"address": desk.user.email, "as": person.customer_id}
        )
        expect("answer to the test", told.status, 200)
        tests = arrived(f"[Test] {desk.subjects[0]}")
        expect("test mails", [entry.recipient for entry in tests], [desk.user.email])
        page = mail_of(tests[0]).get_body(("html",))
        expect("the greeting in the test", page is not None and hello in page.get_content(), True)
        ready = f"It goes to {reachable:,} people as soon as you confirm."
        checks = desk.visitor.get(desk.at("checks/")).words
        if ready not in checks:
            raise CheckFailed(f"The checks do not say “{ready}”")
        counted(f"shown and sent as one customer reads it; the checks count {reachable}")


def _launch_and_pause(desk: _Desk, reachable: int) -> None:
    with desk.walk.step("launched and paused") as counted:
        _ok(desk.visitor.post(desk.at("launch/"), when="now"))
        wait_until("The part the variants are tried on", lambda: _is_tried(desk))
        with brand_scope(desk.walk.brand):
            waiting = waiting_people(desk.campaign())
        tried = desk.sent()
        expect("sent, and waiting for the winner", tried + waiting, reachable)
        expect("mails in the inbox", desk.arrived(), tried)
        _ok(desk.visitor.post(desk.at("pause/")))
        _ok(desk.visitor.post(desk.at("winner/"), letter="B"))
        expect("state after the pause", desk.campaign().state, Campaign.State.PAUSED)
        expect("“Paused” on its page", "Paused" in desk.visitor.get(desk.at()).words, True)
        expect("sent while it is paused", desk.sent(), tried)
        _ok(desk.visitor.post(desk.at("resume/")))
        wait_until("The rest", lambda: desk.campaign().state == Campaign.State.DONE)
        expect("sent", desk.sent(), reachable)
        expect("all mails in the inbox", desk.arrived(), reachable)
        counted(f"{tried} to try two variants, {waiting} after the pause, {reachable} in all")


def _is_tried(desk: _Desk) -> bool:
    with brand_scope(desk.walk.brand):
        chunks = Chunk.objects.filter(campaign_id=desk.pk)
        due = chunks.exclude(variant=WAITING)
        return chunks.exists() and not due.exclude(state=Chunk.State.DONE).exists()


def _read(desk: _Desk, reachable: int) -> None:
    with desk.walk.step("read") as counted:
        page = desk.visitor.get(desk.at())
        expect("answer of the report", page.status, 200)
        said = re.search(r"Taken by the mail server.{0,200}?>([\d,]+)<", page.words)
        expect("“Sent” on the report", said and said[1], f"{reachable:,}")
        lines = list(csv.reader(io.StringIO(desk.visitor.get(desk.at("recipients.csv")).text)))
        sent = sum(line[3] == "sent" for line in lines[1:])
        expect("recipients in the file", sent, reachable)
        counted(f"the report and its file say {reachable} sent")


def _ok(page: Page) -> None:
    if page.status >= 400:
        raise CheckFailed(f"{page.path} answered {page.status}.")
