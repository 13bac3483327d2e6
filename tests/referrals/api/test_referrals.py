"""A shop's program sets a programme up, lets customers join, and follows friends and rewards."""

import pytest

from accounts.scope import brand_scope
from accounts.work import drain
from config.kit import ids
from config.kit.clock import now
from referrals.models.links import Touch
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Referral
from referrals.models.rewards import Reward
from tests.api import Api, new_key
from tests.referrals.services import rewarding


@pytest.fixture
def api(cast):
    return Api(new_key(cast.floral, cast.ana))


@pytest.fixture
def live(api):
    """A programme that pays the advocate £5 at once."""
    terms = {"advocate": {"kind": "coupon", "amount": 500, "hold_days": 0}, "friend": None}
    made = api.post("/referral-programmes", {"name": "Bring a friend", "terms": terms}).json()
    return api.post(f"/referral-programmes/{made['id']}/go-live").json()


@pytest.fixture
def rae(cast):
    return ids.encode("cus", cast.rae.uid)


@pytest.fixture
def advocate(api, live, rae):
    asked = {"programme": live["id"], "customer": {"id": rae}}
    return api.post("/advocates", asked).json()


def _order(api, number, code, **said):
    order = {
        "source": "shop",
        "source_id": number,
        "placed_at": now().isoformat(),
        "customer": {"email": f"{number.casefold()}@web.de"},
        "currency": "GBP",
        "total": 4_000,
        "discount_codes": [code] if code else [],
        **said,
    }
    return api.post("/orders", order)


def test_a_programme_is_drafted_changed_and_put_in_force(api):
    made = api.post("/referral-programmes", {"name": "Give 10, get 10"})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["state"], body["version"], body["terms"]) == ("draft", 0, None)
    assert body["draft"]["advocate"]["amount"] == 1_000
    path = f"/referral-programmes/{body['id']}"
    draft = {**body["draft"], "holdout_percent": 10}
    changed = api.patch(path, {"name": "Ten each", "terms": draft}).json()
    assert (changed["name"], changed["draft"]["holdout_percent"]) == ("Ten each", 10)
    live = api.post(f"{path}/go-live").json()
    assert (live["state"], live["version"], live["terms"]) == ("live", 1, draft)
    assert api.post(f"{path}/pause").json()["state"] == "paused"
    assert api.post(f"{path}/resume").json()["state"] == "live"
    assert api.get("/referral-programmes").json()["data"][0]["id"] == body["id"]
    assert api.post(f"{path}/sing").status_code == 404
    assert api.get(path).json()["state"] == "live"


@pytest.mark.parametrize(
    ("terms", "place"),
    [
        ({"advocate": {"kind": "gold", "amount": 1}}, "advocate.kind"),
        ({"advocate": {"kind": "coupon", "amount": -1}}, "advocate.amount"),
        ({"review": {"hold_score": 45}}, "review.hold_score"),
        ({"surprise": 1}, "surprise"),
        ([], "object"),
    ],
)
def test_terms_that_cannot_be_are_refused_with_their_place(cast, api, terms, place):
    answer = api.post("/referral-programmes", {"name": "Ten", "terms": terms})
    assert answer.status_code == 422, answer.content
    assert place in answer.content.decode()
    with brand_scope(cast.floral):
        assert not Programme.objects.exists()


def test_a_customer_joins_once_and_gets_a_link(cast, api, live, rae):
    asked = {"programme": live["id"], "customer": {"id": rae}}
    first = api.post("/advocates", asked)
    assert first.status_code == 201, first.content
    body = first.json()
    assert body["customer"] == rae
    assert body["link"].endswith(f"/r/floral/{body['code']}")
    assert "/me/" in body["portal"]
    assert api.post("/advocates", asked).json() == body
    assert api.get(f"/advocates/{body['id']}").json() == body
    assert api.get("/advocates", programme=live["id"]).json()["data"] == [body]
    new = api.post("/advocates", {**asked, "customer": {"email": "new@web.de"}})
    assert new.status_code == 201
    with brand_scope(cast.floral):
        assert Advocate.objects.count() == 2


def test_an_order_with_the_code_is_followed_to_the_claimed_coupon(cast, api, advocate):
    assert _order(api, "A1", advocate["code"]).status_code == 201
    drain()
    (referral,) = api.get("/referrals", state="rewarded").json()["data"]
    assert (referral["advocate"], referral["reason"]) == (advocate["id"], "")
    receipt = api.get(f"/referrals/{referral['id']}").json()
    (decision,) = receipt["decisions"]
    assert decision["outcome"] == "attributed"
    assert decision["evidence"][0]["kind"] == "code"
    (reward,) = api.get("/rewards", customer=advocate["customer"]).json()["data"]
    assert (reward["state"], reward["amount"], reward["open"]) == ("claimable", 500, 500)
    claimed = api.post(f"/rewards/{reward['id']}/claim").json()
    assert claimed["is_new"]
    again = api.post(f"/rewards/{reward['id']}/claim").json()
    assert (again["is_new"], again["code"]) == (False, claimed["code"])
    assert claimed["code"]
    owed = api.get("/referral-liability").json()
    assert [(row["state"], row["open"]) for row in owed["rows"]] == [("issued", 500)]
    assert owed["in_ledger"] == {"GBP": 500}


def test_a_touch_is_told_once_and_needs_somebody(cast, api, advocate):
    said = {"code": advocate["code"], "visitor": "v-1", "source_id": "t-1"}
    told = api.post("/touches", said)
    assert told.status_code == 201, told.content
    assert told.json()["advocate"] == advocate["id"]
    assert api.post("/touches", said).json() == told.json()
    assert api.post("/touches", {"code": advocate["code"]}).status_code == 422
    assert api.post("/touches", {**said, "code": "NOBODY"}).status_code == 404
    assert api.post("/touches", {**said, "kind": "staff"}).status_code == 422
    with brand_scope(cast.floral):
        (touch,) = Touch.objects.all()
    assert "v-1" not in (touch.visitor, str(touch.evidence))


def test_staff_say_who_brought_an_order(cast, api, advocate):
    order = _order(api, "A2", "").json()
    drain()
    said = {"advocate": advocate["id"], "order": order["id"], "reason": "Told us so."}
    made = api.post("/referrals", said)
    assert made.status_code == 201, made.content
    assert made.json()["decisions"][0]["note"] == "Told us so."
    assert made.json()["order"] == order["id"]
    both = {**said, "customer": advocate["customer"]}
    assert api.post("/referrals", both).status_code == 422
    with brand_scope(cast.floral):
        assert Referral.objects.count() == 1


def test_a_suspicious_referral_is_decided(cast, api, advocate):
    _order(api, "A3", advocate["code"], customer={"email": "x@mailinator.com"})
    drain()
    (referral,) = api.get("/referrals").json()["data"]
    path = f"/referrals/{referral['id']}/review"
    assert api.post(path, {"outcome": "clear"}).status_code == 409
    with brand_scope(cast.floral):
        Referral.objects.update(review="open")
    assert api.post(path, {"outcome": "refuse"}).status_code == 422
    assert api.get(f"/referrals/{referral['id']}").json()["review"] == "open"
    refused = api.post(path, {"outcome": "refuse", "note": "One person."}).json()
    assert (refused["review"], refused["state"]) == ("refused", "disqualified")
    assert [each["name"] for each in refused["signals"]] == ["throwaway_domain"]
    assert api.post(path, {"outcome": "clear"}).json()["state"] == "qualified"


def test_lists_refuse_states_that_do_not_exist(api):
    assert api.get("/referrals", state="fine").status_code == 422
    assert api.get("/referrals", review="fine").status_code == 422
    assert api.get("/rewards", state="fine").status_code == 422


def test_money_is_given_out_once(cast, api, rae):
    with brand_scope(cast.floral):
        programme = rewarding.programme_of(advocate=rewarding.coupon(700, kind="cash"))
        reward = rewarding.ready(rewarding.advocate_in(programme, cast.rae))
        reward.refresh_from_db(fields=["uid"])
    path = f"/rewards/{ids.encode('rwd', reward.uid)}"
    assert api.post(f"{path}/pay", {"reference": "B1"}).status_code == 400
    early = api.post(f"{path}/pay", {"reference": "B1"}, idempotency="1")
    assert early.status_code == 409
    assert api.post(f"{path}/claim").json()["code"] == ""
    assert api.post(f"{path}/pay", {}, idempotency="2").status_code == 422
    assert api.get(path).json()["open"] == 700
    paid = api.post(f"{path}/pay", {"reference": "B1"}, idempotency="3").json()
    assert (paid["state"], paid["open"]) == ("redeemed", 0)
    assert api.post(f"{path}/pay", {"reference": "B2"}, idempotency="4").status_code == 409
    with brand_scope(cast.floral):
        assert Reward.objects.get(pk=reward.pk).handed_out == {"reference": "B1"}


def test_a_reward_is_refused_before_it_is_claimed(cast, api):
    with brand_scope(cast.floral):
        reward = rewarding.ready(rewarding.advocate_in(rewarding.programme_of(), cast.rae))
        reward.refresh_from_db(fields=["uid"])
    path = f"/rewards/{ids.encode('rwd', reward.uid)}"
    refused = api.post(f"{path}/reject", {}).json()
    assert (refused["state"], refused["reason"]) == ("rejected", "staff_decision")
    assert api.post(f"{path}/claim").status_code == 409
    assert api.get(path).json()["open"] == 0


def test_a_balance_is_held_spent_and_given_back(cast, api, rae):
    with brand_scope(cast.floral):
        rewarding.credited(cast.rae, 1_000)
    held = {"customer": rae, "amount": 600, "key": "cart-1"}
    assert api.post("/balances", held).status_code == 400
    assert api.post("/balances", held, idempotency="1").status_code == 201
    more = api.post("/balances", {**held, "key": "cart-2"}, idempotency="2")
    assert (more.status_code, more.json()["code"]) == (409, "insufficient_balance")
    small = {**held, "key": "cart-2", "amount": 400}
    assert api.post("/balances", small, idempotency="3").status_code == 201
    spent = api.post("/balances/cart-1/spend").json()
    assert spent["outcome"] == "spent"
    assert api.post("/balances/cart-1/spend").json() == spent
    assert api.post("/balances/cart-1/release").status_code == 409
    assert api.post("/balances/cart-2/release").json()["outcome"] == "released"
    assert api.post("/balances/cart-3/spend").status_code == 404
    body = api.get(f"/customers/{rae}/balance").json()
    assert (body["available"], body["reserved"], body["owed_back"]) == (400, 0, 0)
    assert [lot["left"] for lot in body["lots"]] == [400]


def test_a_key_that_only_reads_changes_nothing(cast, live, rae):
    api = Api(new_key(cast.floral, cast.ana, "referrals:read"))
    asked = {"programme": live["id"], "customer": {"id": rae}}
    assert api.post("/advocates", asked).status_code == 403
    assert api.post(f"/referral-programmes/{live['id']}/end").status_code == 403
    with brand_scope(cast.floral):
        assert not Advocate.objects.exists()
        assert Programme.objects.get().state == "live"


def test_another_brand_finds_nothing(cast, live, advocate):
    theirs = Api(new_key(cast.other_brand, cast.cleo))
    assert theirs.get(f"/referral-programmes/{live['id']}").status_code == 404
    assert theirs.post("/touches", {"code": advocate["code"], "visitor": "v"}).status_code == 404
    with brand_scope(cast.floral):
        assert not Touch.objects.exists()
