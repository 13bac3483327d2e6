"""What the script tells, and what it is answered."""

import json

import pytest
from django.test import Client

from accounts.scope import brand_scope
from config.kit import ids
from referrals.models.links import Touch
from referrals.selectors.snippets import order_key, order_proof
from referrals.services.advocates import bar_advocate, current_code, join
from referrals.services.programmes import create_programme, go_live, pause_programme

pytestmark = pytest.mark.django_db

VISITOR = "2f1c6f0e-8c1b-4f0e-9d5e-111111111111"
PERSON = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101"}


@pytest.fixture
def code(cast):
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        return current_code(join(programme, customer=cast.rae, source="portal"))


def told(cast, brand="floral", **facts):
    body = json.dumps({"visitor": VISITOR, **facts})
    answer = Client(**PERSON).post(f"/touch/{brand}", body, content_type="text/plain")
    with brand_scope(cast.floral):
        rows = Touch.objects.order_by("pk").values_list("kind", "order_source", "order_ref")
        return answer.status_code, list(rows)


def test_a_visit_is_kept_once_and_the_visitor_only_hashed(cast, code):
    assert told(cast, code=code.code) == (204, [("visit", "", "")])
    assert told(cast, code=code.code) == (204, [("visit", "", "")])
    with brand_scope(cast.floral):
        touch = Touch.objects.get()
        assert len(touch.visitor) == 64
        assert VISITOR not in str(touch.__dict__)


def test_an_order_needs_the_proof_of_its_own_brand(cast, code):
    with brand_scope(cast.floral):
        key = order_key()
    with brand_scope(cast.grocer):
        other = order_key()
    for proof in (
        "",
        "0" * 64,
        "\u00e9" * 64,
        order_proof(key, "1002"),
        order_proof(other, "1001"),
    ):
        assert told(cast, code=code.code, order="1001", source="shop", proof=proof) == (204, [])
    proof = order_proof(key, "1001")
    kept = [("visit", "shop", "1001")]
    assert told(cast, code=code.code, order="1001", source="a\0", proof=proof) == (400, [])
    assert told(cast, code=code.code, order="1001", source="shop", proof=proof) == (204, kept)
    assert told(cast, code=code.code, order="1001", source="shop", proof=proof) == (204, kept)


def test_unknown_codes_and_those_of_the_barred_look_the_same(cast, code):
    assert told(cast, code="NOBODY-2222") == (204, [])
    assert told(cast, code=f"{code.code}\0") == (204, [])
    assert told(cast, brand="grocer", code=code.code) == (204, [])
    with brand_scope(cast.floral):
        bar_advocate(code.advocate, reason="Sold codes")
    assert told(cast, code=code.code) == (204, [])


@pytest.mark.parametrize("body", ["", "[]", '{"code": "A"}', '{"code": 1, "visitor": 2}', "\xff"])
def test_nonsense_is_refused(cast, code, body):
    answer = Client().post("/touch/floral", body, content_type="text/plain")
    assert answer.status_code == 400
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_the_offer_is_shown_while_the_programme_lives(cast, code, settings):
    settings.BASE_URL = "https://mail.floral.example"
    with brand_scope(cast.floral):
        programme = code.advocate.programme
        programme.refresh_from_db()
    number = ids.encode("prp", programme.uid)
    answer = Client().get(f"/refer/floral/{number}/offer")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json() == {
        "headline": "Give £10, get £10",
        "intro": "Share your link. When a friend places a first order, both of you get a reward.",
        "button": "Get my link",
        "address": f"https://mail.floral.example/refer/floral/{number}",
        "colour": "#006c4f",
        "ink": "#ffffff",
    }
    with brand_scope(cast.floral):
        pause_programme(programme)
    assert Client().get(f"/refer/floral/{number}/offer").status_code == 204
