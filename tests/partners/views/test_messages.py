"""The pages on which brand and partner write to each other, and the mails that say so."""

from typing import Any

from django.test import Client

from accounts.models.users import User
from accounts.scope import Actor, acting
from config.kit import ids
from partners.models.offers import Offer
from partners.models.partnerships import PartnerMail, PartnerMessage, Partnership
from partners.services.message_notices import tell_partner_of_messages
from partners.services.messages import write_message
from partners.tasks import tell_of_messages
from tests.conftest import Cast
from tests.partners.conftest import partner_path


def _brand_path(partnership: Partnership, page: str = "") -> str:
    return f"/b/floral/partners/partnerships/{ids.encode('prt', partnership.uid)}/messages/{page}"


def test_a_partner_writes_and_the_brand_answers(
    dinner: Partnership, pia: User, pia_client: Client, ana: Client, cast: Cast
) -> None:
    own = partner_path(dinner, "messages/")
    assert pia_client.post(own, {"text": "<b>May we</b> change the days?"})["Location"] == own
    assert "Wrote to you" in ana.get("/b/floral/partners/").content.decode()
    shown = ana.get(_brand_path(dinner)).content.decode()
    assert "&lt;b&gt;May we&lt;/b&gt; change the days?" in shown
    assert PartnerMessage.objects.get().read_at is None

    assert ana.post(_brand_path(dinner, "read/"))["Location"] == _brand_path(dinner)
    assert "Wrote to you" not in ana.get("/b/floral/partners/").content.decode()
    assert PartnerMessage.objects.get().read_at is not None
    ana.post(_brand_path(dinner, "write/"), {"text": "Of course."})
    answered = pia_client.get(own).content.decode()
    assert "Of course." in answered
    assert "Ana" not in answered
    rows = PartnerMessage.objects.order_by("pk").values_list("by_kind", "by_id")
    assert list(rows) == [("partner", pia.pk), ("user", cast.ana.pk)]

    assert pia_client.post(partner_path(dinner, "messages/read/")).status_code == 302
    assert not PartnerMessage.objects.filter(read_at=None).exists()


def test_an_empty_message_is_refused_on_both_pages(
    dinner: Partnership, pia_client: Client, ana: Client
) -> None:
    Offer.objects.create(partnership=dinner, name="Dinner for two")
    for client, path in (
        (pia_client, partner_path(dinner, "messages/")),
        (ana, _brand_path(dinner, "write/")),
    ):
        assert client.post(path, {"text": " "}).context["form"].errors["text"]
        assert client.post(path, {"text": "x", "about": "off_x"}).context["form"].errors
    assert not PartnerMessage.objects.exists()


def test_the_brand_is_told_by_mail_without_a_word_of_the_message(
    dinner: Partnership, pia: User, cast: Cast, mailoutbox: list[Any]
) -> None:
    with acting(Actor("partner", pia.pk)):
        write_message(dinner, text="Our secret recipe")
    again = _tell(dinner)

    [mail] = mailoutbox
    assert mail.subject == "Trattoria Lucia wrote to Floral"
    assert sorted(mail.to) == ["ana@northlight.example", "ben@northlight.example"]
    assert "secret" not in mail.body
    assert _brand_path(dinner) in mail.body
    assert again is None

    with acting(Actor("user", cast.ben.pk)):
        write_message(dinner, text="Thank you")
    with acting(Actor("partner", pia.pk)):
        write_message(dinner, text="One more thing")
    again = _tell(dinner)
    assert len(mailoutbox) == 1
    assert again is not None
    assert 3_500 < again <= 3_600


def test_who_wrote_last_for_the_brand_is_told_alone(
    dinner: Partnership, pia: User, cast: Cast, mailoutbox: list[Any]
) -> None:
    with acting(Actor("user", cast.ben.pk)):
        write_message(dinner, text="Hello")
    with acting(Actor("partner", pia.pk)):
        write_message(dinner, text="Hello Ben")
    _tell(dinner)
    assert [mail.to for mail in mailoutbox] == [["ben@northlight.example"]]


def test_the_partner_is_told_by_mail_without_a_word_of_the_message(
    dinner: Partnership, cast: Cast
) -> None:
    with acting(Actor("user", cast.ben.pk)):
        write_message(dinner, text="Our margin is 40%")
        write_message(dinner, text="And more")
    tell_partner_of_messages(dinner.pk)
    tell_partner_of_messages(dinner.pk)
    mail = PartnerMail.objects.get()
    assert (mail.subject, mail.email) == ("Floral wrote to you", "pia@lucia.example")
    assert "margin" not in f"{mail.lines}"
    assert mail.link == partner_path(dinner, "messages/")


def _tell(partnership: Partnership) -> float | None:
    again = tell_of_messages.run(partnership.brand_id, partnership.pk)
    return again.seconds if again is not None else None
