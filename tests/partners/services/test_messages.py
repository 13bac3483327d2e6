"""Messages between brand and partner: plain text, read by the other side, told of once an hour."""

from datetime import timedelta

import pytest

from accounts.models.events import DomainEvent
from accounts.models.users import User
from accounts.scope import Actor, acting
from config.kit import ids
from config.kit.clock import now
from config.kit.errors import Conflict, Invalid, NotFound
from partners.models.offers import Offer
from partners.models.partnerships import PartnerMessage, Partnership
from partners.selectors import messages as read
from partners.services import messages
from tests.conftest import Cast

BRAND, PARTNER = read.BRAND, read.PARTNER


def _from_partner(
    partnership: Partnership, user: User, text: str, **about: Offer
) -> PartnerMessage:
    with acting(Actor("partner", user.pk)):
        return messages.write_message(partnership, text=text, **about)


def test_each_side_reads_what_the_other_wrote(cast: Cast, dinner: Partnership, pia: User) -> None:
    offer = Offer.objects.create(partnership=dinner, name="Dinner for two")
    with acting(Actor("user", cast.ben.pk)):
        messages.write_message(dinner, text="Is the terrace open?\r\nWe have asked for it.")
    _from_partner(dinner, pia, "<b>Yes</b>", about=offer)

    assert read.unread_count(dinner, BRAND) == read.unread_count(dinner, PARTNER) == 1
    assert read.unread_by_partnership() == {dinner.pk: 1}
    of_brand, of_partner = read.thread(dinner, BRAND), read.thread(dinner, PARTNER)
    assert [line.by for line in of_brand] == ["Ben Hale", "Trattoria Lucia"]
    # Who of the brand's people wrote is theirs to say.
    assert [line.by for line in of_partner] == ["Floral", "Trattoria Lucia"]
    assert [line.text for line in of_partner] == [
        "Is the terrace open?\nWe have asked for it.",
        "<b>Yes</b>",
    ]
    assert [(line.is_own, line.is_new) for line in of_partner] == [(False, True), (True, False)]
    assert [line.about for line in of_partner] == [None, offer]
    assert [
        event.payload for event in DomainEvent.objects.filter(type="partnership.message_written")
    ] == [{"message_id": row.pk} for row in PartnerMessage.objects.order_by("pk")]

    assert messages.mark_read(dinner, side=PARTNER) == 1
    assert messages.mark_read(dinner, side=PARTNER) == 0
    assert read.unread_count(dinner, PARTNER) == 0
    assert read.unread_count(dinner, BRAND) == 1


@pytest.mark.parametrize("text", ["", " \n ", "bell \x07", "half \ud800", "x" * 4_001])
def test_what_is_no_plain_text_is_not_kept(dinner: Partnership, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        messages.write_message(dinner, text=text)
    assert list(refused.value.fields) == ["text"]
    assert not PartnerMessage.objects.exists()


def test_a_message_is_about_something_of_the_partnership_itself(
    dinner: Partnership, wines: Partnership
) -> None:
    other = Offer.objects.create(partnership=wines, name="Six bottles")
    other.refresh_from_db()
    with pytest.raises(Invalid):
        messages.write_message(dinner, text="About that", about=other)
    with pytest.raises(NotFound):
        read.about_behind(dinner, ids.encode("off", other.uid))
    assert read.about_behind(wines, ids.encode("off", other.uid)) == other
    assert read.about_choices(dinner) == []
    assert not PartnerMessage.objects.exists()


def test_one_side_writes_so_many_in_an_hour_at_most(
    dinner: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "MOST_IN_AN_HOUR", 2)

    def write_five() -> None:
        for _ in range(5):
            messages.write_message(dinner, text="Hello")

    with pytest.raises(Conflict, match="in an hour"):
        write_five()
    # The hour may end between two of them.
    assert PartnerMessage.objects.count() in {2, 3, 4}


def test_the_other_side_is_told_once_an_hour_of_what_it_has_not_read(
    dinner: Partnership, pia: User
) -> None:
    assert messages.wait_before_telling(dinner, side=BRAND) is None
    _from_partner(dinner, pia, "One")
    assert messages.wait_before_telling(dinner, side=PARTNER) is None
    assert messages.wait_before_telling(dinner, side=BRAND) == 0
    messages.mark_told(dinner, side=BRAND)
    assert messages.wait_before_telling(dinner, side=BRAND) is None

    _from_partner(dinner, pia, "Two")
    wait = messages.wait_before_telling(dinner, side=BRAND)
    assert wait is not None
    assert 3_500 < wait <= 3_600
    PartnerMessage.objects.filter(text="One").update(told_at=now() - timedelta(hours=1))
    assert messages.wait_before_telling(dinner, side=BRAND) == 0
    messages.mark_read(dinner, side=BRAND)
    assert messages.wait_before_telling(dinner, side=BRAND) is None
