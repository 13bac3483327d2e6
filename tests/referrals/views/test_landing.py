"""The page behind an advocate's link, as friends, advocates and programs see it."""

import io
from collections import Counter
from datetime import timedelta

import msgspec
import pytest
from django.test import Client
from PIL import Image

from accounts.models.brands import BrandSlug
from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from config.kit.clock import now
from customers.models.customers import Customer
from referrals.models.links import ReferralCode, Touch
from referrals.models.programmes import Programme
from referrals.models.referrals import Referral
from referrals.selectors.programmes import draft_of
from referrals.services.advocates import bar_advocate, current_code, join
from referrals.services.devices import bind_first
from referrals.services.programmes import (
    create_programme,
    end_programme,
    go_live,
    pause_programme,
    save_draft,
)
from referrals.views import visitors
from tests import factories

pytestmark = pytest.mark.django_db

PERSON = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101"}


@pytest.fixture
def code(cast):
    """Rae's code in Floral's live programme, whose shop is known."""
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        texts = msgspec.structs.replace(
            draft_of(programme).texts, shop_address="https://floral.example/?from=mail"
        )
        save_draft(programme, terms=msgspec.structs.replace(draft_of(programme), texts=texts))
        go_live(programme)
        return current_code(join(programme, customer=cast.rae, source="portal"))


@pytest.fixture
def address(code):
    return f"/r/floral/{code.code}"


def touches(cast):
    with brand_scope(cast.floral):
        return [(t.kind, t.channel, t.is_machine) for t in Touch.objects.order_by("pk")]


def test_a_friend_sees_the_offer_and_leaves_one_trace(cast, code, address):
    answer = Client(**PERSON).get(f"{address}?c=qr", HTTP_REFERER="https://deals.example/x?u=1")
    text = answer.content.decode()
    assert "Rae gives you £10" in text
    assert code.code in text
    assert f"https://floral.example/?from=mail&amp;rapport={code.code}" in text
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "Winter" not in text
    assert "rae@example.com" not in text
    assert len(answer.content) < 10_000
    assert touches(cast) == [("view", "qr", False)]
    with brand_scope(cast.floral):
        assert Touch.objects.get().evidence["from"] == "deals.example"
        assert Referral.objects.count() == 0
    # Without an answer in cookies either.
    assert not answer.cookies


def test_by_five_ways_to_share_it_is_one_advocate(cast, code, address):
    for way in ("link", "native", "qr", "mail", "insert"):
        Client(**PERSON).get(f"{address}?c={way}")
    Client(**PERSON).get(f"{address}?c=anything")
    with brand_scope(cast.floral):
        rows = Touch.objects.values_list("channel", "advocate_id")
        counted = Counter(rows)
    assert counted[("link", code.advocate_id)] == 2
    assert [counted[(way, code.advocate_id)] for way in ("native", "qr", "mail", "insert")] == [
        1
    ] * 4


def test_looking_by_head_leaves_nothing_and_a_program_is_marked_as_one(cast, address):
    Client(**PERSON).head(address)
    assert touches(cast) == []
    Client(HTTP_USER_AGENT="Mimecast-Scanner/1.0").get(address)
    Client(**PERSON, HTTP_SEC_PURPOSE="prefetch").get(address)
    assert touches(cast) == [("view", "link", True)] * 2


def test_a_code_is_found_however_it_is_typed_and_under_the_brands_former_name(cast, code):
    BrandSlug.objects.create(slug="flora", brand=cast.floral)
    typed = code.code.replace("-", "").lower()
    assert Client(**PERSON).get(f"/r/flora/{typed}").status_code == 200
    for wrong in ("NOBODY-2222", "%00", f"{code.code}%00"):
        assert Client(**PERSON).get(f"/r/floral/{wrong}").status_code == 404
    assert Client(**PERSON).get(f"/r/grocer/{code.code}").status_code == 404
    assert Client(**PERSON).get(f"/r/nobody/{code.code}").status_code == 404


def test_the_answer_to_a_claim_is_the_same_for_every_address(cast, code, address):
    with brand_scope(cast.floral):
        buyer = factories.customer(email="buyer@example.com")
        factories.order(buyer, source_id="1", on=now().date() - timedelta(days=30))
    answers = {
        who: Client(**PERSON).post(address, {"email": who, "c": "qr"})
        for who in ("new@example.com", "buyer@example.com", "rae@example.com")
    }
    said = {answer.content for answer in answers.values()}
    assert len(said) == 1
    assert "an e-mail from Floral is on its way" in said.pop().decode()
    with brand_scope(cast.floral):
        states = dict(Referral.objects.values_list("friend__email", "state"))
        assert states["new@example.com"] == "identified"
        assert {states["buyer@example.com"], states["rae@example.com"]} == {"disqualified"}
        assert set(Touch.objects.values_list("kind", "channel")) == {("claim", "qr")}


def test_claiming_again_is_the_same_claim(cast, address):
    for _ in range(2):
        Client(**PERSON).post(address, {"email": "new@example.com"})
    with brand_scope(cast.floral):
        assert Referral.objects.count() == 1
        assert DomainEvent.objects.filter(type="referral.claimed").count() == 1


def test_what_is_no_address_is_said_and_nothing_is_kept(cast, address):
    answer = Client(**PERSON).post(address, {"email": "nobody at home"})
    assert "does not look like an e-mail address" in answer.content.decode()
    with brand_scope(cast.floral):
        assert (Referral.objects.count(), Touch.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (pause_programme, "This offer is taking a break"),
        (end_programme, "This offer has ended"),
    ],
)
def test_an_offer_that_rests_says_so_kindly_and_takes_nobody(cast, address, act, words):
    with brand_scope(cast.floral):
        act(Programme.objects.get())
    assert words in Client(**PERSON).get(address).content.decode()
    answer = Client(**PERSON).post(address, {"email": "new@example.com"})
    assert words in answer.content.decode()
    with brand_scope(cast.floral):
        assert (Referral.objects.count(), Touch.objects.count()) == (0, 0)
        assert not Customer.objects.filter(email="new@example.com").exists()


def test_friends_of_the_barred_learn_only_that_it_is_over(cast, code, address):
    with brand_scope(cast.floral):
        bar_advocate(code.advocate, reason="Sold codes")
    text = Client(**PERSON).get(address).content.decode()
    assert "This offer has ended" in text
    assert "Sold codes" not in text


def test_a_leaked_code_still_works_and_says_that_somebody_looks(cast, code, address):
    with brand_scope(cast.floral):
        ReferralCode.objects.filter(pk=code.pk).update(leaked_at=now())
    assert "somebody looks at each reward" in Client(**PERSON).get(address).content.decode()
    Client(**PERSON).post(address, {"email": "new@example.com"})
    with brand_scope(cast.floral):
        assert Referral.objects.get().state == "identified"


def test_ones_own_link_says_so_in_ones_own_browser(cast, code, address):
    browser = Client(**PERSON)
    with brand_scope(cast.floral):
        assert bind_first(cast.rae, "the key of this browser")
    browser.cookies[f"rapport_device_{cast.floral.pk}"] = "the key of this browser"
    assert "This is your own link" in browser.get(address).content.decode()
    browser.post(address, {"email": "new@example.com"})
    assert touches(cast) == []
    assert "Rae gives you" in Client(**PERSON).get(address).content.decode()


def test_an_address_gets_few_claims_a_day_and_a_network_few_an_hour(cast, address, monkeypatch):
    monkeypatch.setattr(visitors, "MOST_PER_ADDRESS", 1)
    monkeypatch.setitem(visitors.MOST, "claim", 3)
    said = [Client(**PERSON).post(address, {"email": "new@example.com"}) for _ in range(4)]
    assert [answer.status_code for answer in said] == [200, 200, 200, 429]
    assert len({answer.content for answer in said[:3]}) == 1
    assert "In an hour it works again" in said[3].content.decode()
    with brand_scope(cast.floral):
        assert Touch.objects.filter(kind="claim").count() == 1


def test_from_unknown_networks_a_code_gets_few_claims_an_hour(cast, code, address, monkeypatch):
    monkeypatch.setitem(visitors.MOST, "claim", 2)
    unknown = Client(**PERSON, REMOTE_ADDR="")
    for n, spelled in enumerate((address, address.lower(), address.replace("-", ""))):
        answer = unknown.post(spelled, {"email": f"new{n}@example.com"})
        assert answer.status_code == (429 if n == 2 else 200)
    other = Client(**PERSON).post(address, {"email": "new3@example.com"})
    assert other.status_code == 200
    with brand_scope(cast.floral):
        assert Touch.objects.filter(kind="claim").count() == 3


def test_the_qr_code_is_a_picture_and_leaves_no_trace(cast, code, address):
    answer = Client().get(f"{address}/qr.png")
    assert answer["Content-Type"] == "image/png"
    assert Image.open(io.BytesIO(answer.content)).size[0] >= 200
    assert touches(cast) == []
    assert Client().get("/r/floral/NOBODY-2222/qr.png").status_code == 404
