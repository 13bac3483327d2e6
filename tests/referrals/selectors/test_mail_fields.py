"""What mails say of the referral programme to each reader."""

import email
from email import policy

import msgspec
import pytest

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from campaigns.models.campaigns import CampaignLink
from campaigns.selectors.checks import check_content
from campaigns.selectors.content import content_of, keyring, recipients
from campaigns.services.drafts import create_campaign
from campaigns.services.feedback import target_of
from config.kit.tokens import Purpose, Ticket, read_ticket
from customers.services.segments import create_segment
from referrals.models.programmes import Advocate, Programme
from referrals.selectors.advocates import sees_no_offer
from referrals.selectors.programmes import draft_of
from referrals.services.advocates import bar_advocate, current_code, join
from referrals.services.programmes import (
    create_programme,
    end_programme,
    go_live,
    pause_programme,
    save_draft,
)
from tests import factories
from tests.campaigns import mailing
from tests.campaigns.sink import Sink
from tests.conftest import Cast


def values_of(*customers):
    found = recipients([each.pk for each in customers], with_lists=True)
    return [
        {name: text for name, text in each.values.items() if name.startswith("referral.")}
        for each in found
    ]


@pytest.mark.django_db
def test_everybody_gets_the_way_to_a_page_of_their_own(
    advocate: Advocate, cast: Cast, settings
) -> None:
    settings.BASE_URL = "https://mail.floral.example/"
    other = factories.customer(email="kim@example.com")
    rae, kim = values_of(cast.rae, other)
    code = current_code(advocate).code
    assert rae["referral.headline"] == kim["referral.headline"] == "Give £10, get £10"
    assert rae["referral.code"] == code
    assert rae["referral.qr"] == f"https://mail.floral.example/r/floral/{code}/qr.png"
    assert (kim["referral.code"], kim["referral.qr"]) == ("", "")
    base, _, token = kim["referral.link"].rpartition("/")
    assert base == "https://mail.floral.example/me"
    ticket = read_ticket(keyring(), Purpose.PORTAL, token)
    assert ticket == Ticket(cast.floral.pk, advocate.programme_id, other.pk)


@pytest.mark.django_db
def test_a_brand_without_a_programme_has_nothing(floral: Brand, cast: Cast) -> None:
    assert values_of(cast.rae) == [{}]


@pytest.mark.django_db
def test_mails_that_ask_nothing_are_told_nothing(advocate: Advocate, cast: Cast) -> None:
    (found,) = recipients([cast.rae.pk])
    assert not any(name.startswith("referral.") for name in found.values)


@pytest.mark.django_db
def test_without_a_live_programme_there_is_only_the_way_to_the_own_page(
    programme: Programme, cast: Cast
) -> None:
    assert "referral.headline" in values_of(cast.rae)[0]
    pause_programme(programme)
    assert values_of(cast.rae)[0].keys() == {"referral.link"}


@pytest.mark.django_db
def test_the_barred_and_the_held_out_are_offered_nothing(floral: Brand, cast: Cast) -> None:
    programme = create_programme("Half")
    save_draft(programme, terms=msgspec.structs.replace(draft_of(programme), holdout_percent=50))
    Programme.objects.update(salt=b"the same in each run of the test")
    programme.refresh_from_db()
    go_live(programme)
    people = [factories.customer(email=f"p{n}@example.com") for n in range(12)]
    offered = ["referral.headline" in values for values in values_of(*people)]
    assert offered == [not sees_no_offer(programme, each) for each in people]
    assert set(offered) == {True, False}
    first = people[offered.index(True)]
    bar_advocate(join(programme, customer=first, source="portal"), reason="Sold codes")
    assert values_of(first)[0].keys() == {"referral.link"}


@pytest.mark.django_db
def test_the_programme_that_began_last_is_spoken_of(programme: Programme, cast: Cast) -> None:
    later = create_programme("Spring")
    texts = msgspec.structs.replace(draft_of(later).texts, headline="Spring: {friend_reward}")
    save_draft(later, terms=msgspec.structs.replace(draft_of(later), texts=texts))
    go_live(later)
    assert values_of(cast.rae)[0]["referral.headline"] == "Spring: £10"


@pytest.mark.django_db
def test_whoever_writes_a_mail_is_told_that_nothing_is_offered(
    programme: Programme, floral: Brand
) -> None:
    blocks = [{"kind": "referral"}, {"kind": "footer"}]
    segment = create_segment(name="All", rule={"all": []})
    campaign = create_campaign(name="May", segment=segment, subject="May", blocks=blocks)

    def told() -> list[str]:
        problems = check_content(content_of(campaign, floral)).problems
        return [each.text for each in problems if "referral programme" in each.text]

    assert told() == []
    end_programme(programme)
    assert told() == [
        "No referral programme is live, so nobody sees what the e-mail says of it. Start one under "
        "Referrals."
    ]
    campaign.blocks = [{"kind": "text", "html": "<p>Tell a friend</p>"}, {"kind": "footer"}]
    assert told() == []


@pytest.mark.django_db(transaction=True)
def test_a_campaign_carries_the_offer_to_each_reader(cast: Cast, tmp_path, monkeypatch) -> None:
    """By the sender's own connection, and through the click afterwards."""
    block = {"kind": "referral", "qr": "hidden"}
    monkeypatch.setattr(mailing, "BLOCKS", [block, {"kind": "footer"}])
    with brand_scope(cast.floral):
        go_live(create_programme("Give 10, get 10"))
        (reader,) = mailing.customers(1)
    campaign = mailing.launched(cast.floral)
    with Sink() as sink, mailing.sender(sink.url, tmp_path) as process:
        mailing.work_off(process)
    (content,) = [mail for mail in sink.contents.values() if b"c0@example.com" in mail]
    text = email.message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert "Give £10, get £10" in text.get_content()
    with brand_scope(cast.floral):
        CampaignLink.objects.create(campaign=campaign, number=1, url="{{ referral.link }}")
        (values,) = values_of(reader)
    assert target_of(Ticket(cast.floral.pk, campaign.pk, reader.pk, 1)) == values["referral.link"]
    with brand_scope(cast.floral):
        end_programme(Programme.objects.get())
    assert target_of(Ticket(cast.floral.pk, campaign.pk, reader.pk, 1)) == values["referral.link"]
