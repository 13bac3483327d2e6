import json
from datetime import UTC, datetime

import pytest
from django.db import connection

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.customer_events import CustomerEvent, EventName
from customers.models.customers import CustomerFacts
from customers.models.identities import Identity
from customers.models.segments import DirtyCustomer
from tests import factories


def event(number=1, **said):
    return {
        "id": f"e{number}",
        "name": "page_viewed",
        "at": "2026-05-01T12:00:00Z",
        "customer": {"email": "rae@example.com"},
        **said,
    }


def kept(brand):
    with brand_scope(brand):
        rows = CustomerEvent.objects.order_by("source_id").values_list(
            "source", "source_id", "name", "at", "customer_id", "properties"
        )
        return list(rows)


def test_one_event_of_a_known_customer_is_kept(cast, api):
    answer = api.post("/events", event(properties={"path": "/roses", "price": 12.5, "new": True}))

    assert answer.status_code == 200, answer.content
    assert answer.json() == {"counts": {"created": 1}, "results": [{"status": "created"}]}
    assert kept(cast.floral) == [
        (
            "api",
            "e1",
            "page_viewed",
            datetime(2026, 5, 1, 12, tzinfo=UTC),
            cast.rae.pk,
            {"path": "/roses", "price": 12.5, "new": True},
        )
    ]
    with brand_scope(cast.floral):
        assert list(EventName.objects.values_list("name", flat=True)) == ["page_viewed"]
        assert cast.rae.pk in DirtyCustomer.objects.values_list("customer_id", flat=True)


@pytest.mark.parametrize("wrap", [lambda items: items, lambda items: {"events": items}])
def test_a_list_has_one_result_for_each_item_in_its_order(cast, api, wrap):
    items = [
        event(1),
        event(2, name="Page Viewed"),
        event(1),
        event(3, customer={"email": "x@y.z"}),
    ]

    answer = api.post("/events", wrap(items))

    assert answer.status_code == 200
    assert answer.json()["counts"] == {
        "created": 1,
        "error": 1,
        "duplicate": 1,
        "unknown_customer": 1,
    }
    results = answer.json()["results"]
    assert [result["status"] for result in results] == [
        "created",
        "error",
        "duplicate",
        "unknown_customer",
    ]
    assert results[1]["errors"][0]["pointer"] == "/name"
    assert [(row[1], row[4]) for row in kept(cast.floral)] == [("e1", cast.rae.pk), ("e3", None)]


def test_an_event_told_again_stays_as_it_was(cast, api):
    api.post("/events", event(properties={"n": 1}))
    again = api.post("/events", event(properties={"n": 2}))
    other_source = api.post("/events", event(source="till"))

    assert again.json()["results"] == [{"status": "duplicate"}]
    assert other_source.json()["results"] == [{"status": "created"}]
    assert [(row[0], row[5]) for row in kept(cast.floral)] == [("api", {"n": 1}), ("till", {})]


def test_customers_are_known_by_any_of_their_names(cast, api):
    with brand_scope(cast.floral):
        till = factories.customer(email="till@example.com")
        Identity.objects.create(
            customer=till, kind="external", source="shop", value="T-1", value_norm="T-1"
        )
        former = factories.customer(email="former@example.com", merged_into=cast.rae)
        assert former.pk
    said = [
        {"email": " RAE@Example.com "},
        {"external_id": "T-1", "source": "shop"},
        {"external_id": "T-1", "source": "shop", "email": "rae@example.com"},
        {"id": ids.encode("cus", cast.rae.uid)},
        {"email": "former@example.com"},
        {"external_id": "T-1"},
    ]

    answer = api.post("/events", [event(n, customer=who) for n, who in enumerate(said)])

    assert [row[4] for row in kept(cast.floral)] == [
        cast.rae.pk,
        till.pk,
        till.pk,
        cast.rae.pk,
        cast.rae.pk,
        None,
    ]
    assert answer.json()["counts"] == {"created": 5, "unknown_customer": 1}


def test_an_id_of_another_brands_customer_is_nobodys(cast, api):
    with brand_scope(cast.other_brand):
        stranger = factories.customer(email="s@example.com")
        stranger.refresh_from_db()
    items = [event(1, customer={"id": ids.encode("cus", stranger.uid)}), event(2)]

    answer = api.post("/events", items)

    assert answer.json()["results"] == [
        {
            "status": "error",
            "errors": [{"pointer": "/customer/id", "detail": "There is no customer with this id."}],
        },
        {"status": "created"},
    ]
    assert [row[1] for row in kept(cast.floral)] == ["e2"]
    assert kept(cast.other_brand) == []


def test_an_event_waits_for_its_customer_and_joins_them_when_they_come(cast, api, run_due_work):
    api.post("/events", event(1, customer={"email": "Zoë@Exämple.com"}))
    api.post("/events", event(2, customer={"external_id": "new-7"}))
    assert [row[4] for row in kept(cast.floral)] == [None, None]

    api.post("/customers", {"email": "zoë@exämple.com", "external_id": "new-7"})
    run_due_work()

    with brand_scope(cast.floral):
        zoe = Identity.objects.get(value_norm="new-7").customer
        assert CustomerFacts.objects.get(customer=zoe).events["page_viewed"][0] == 2
        assert not CustomerEvent.objects.filter(waiting_for__isnull=False).exists()
    assert [row[4] for row in kept(cast.floral)] == [zoe.pk, zoe.pk]


def test_an_event_waits_for_an_id_that_is_added_later(cast, api, run_due_work):
    api.post("/events", event(1, customer={"external_id": "r-1"}))

    api.post("/customers", {"email": "rae@example.com", "external_id": "r-1"})
    run_due_work()

    assert [row[4] for row in kept(cast.floral)] == [cast.rae.pk]


def test_what_a_visitor_did_becomes_the_customers_when_one_event_names_both(cast, api):
    visitor = {"anonymous_id": "v-9"}
    api.post("/events", [event(1, customer=visitor), event(2, customer={"anonymous_id": "v-8"})])
    answer = api.post(
        "/events",
        [event(3, customer=visitor), event(4, customer={**visitor, "email": "rae@example.com"})],
    )

    assert answer.json()["counts"] == {"unknown_customer": 1, "created": 1}
    assert [row[4] for row in kept(cast.floral)] == [cast.rae.pk, None, cast.rae.pk, cast.rae.pk]
    with brand_scope(cast.floral):
        assert CustomerFacts.objects.get(customer=cast.rae).events["page_viewed"][0] == 3


def test_facts_follow_the_events_of_a_call(cast, api, run_due_work):
    api.post("/events", [event(n, at=f"2026-05-0{n}T12:00:00Z") for n in (1, 2, 3)])
    run_due_work()

    with brand_scope(cast.floral):
        count, first, last = CustomerFacts.objects.get(customer=cast.rae).events["page_viewed"]
    assert count == 3
    assert first == datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp()
    assert last == datetime(2026, 5, 3, 12, tzinfo=UTC).timestamp()


BAD = [
    ({"name": "page viewed"}, "/name"),
    ({"name": "x" * 61}, "/name"),
    ({"id": ""}, "/id"),
    ({"id": "  "}, ""),
    ({"id": "x" * 121}, "/id"),
    ({"id": 7}, "/id"),
    ({"id": "a\nb"}, "/id"),
    ({"id": "a\x00b"}, ""),
    ({"at": "2026-05-01T12:00:00"}, "/at"),
    ({"at": "yesterday"}, "/at"),
    ({"at": "1899-12-31T00:00:00Z"}, "/at"),
    ({"at": "2999-01-01T00:00:00Z"}, "/at"),
    ({"customer": {}}, "/customer"),
    ({"customer": None}, "/customer"),
    ({"customer": {"email": "nobody"}}, "/customer/email"),
    ({"customer": {"id": "ord_1"}}, "/customer/id"),
    ({"customer": {"phone": "1"}}, "/customer"),
    ({"source": "My Shop"}, "/source"),
    ({"colour": "red"}, ""),
    ({"properties": []}, "/properties"),
    ({"properties": {"a": {"b": 1}}}, "/properties"),
    ({"properties": {"a": [[1]]}}, "/properties/0"),
    ({"properties": {str(n): n for n in range(33)}}, "/properties"),
    ({"properties": {"a": "x" * 4096}}, "/properties"),
    ({"properties": {"a": "\x07"}}, ""),
    ({"properties": {"": 1}}, "/properties"),
]


@pytest.mark.parametrize(("said", "pointer"), BAD)
def test_an_event_that_cannot_be_used_is_refused_and_keeps_nothing(cast, api, said, pointer):
    answer = api.post("/events", event(**said))

    assert answer.status_code == 422, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    (error,) = answer.json()["errors"]
    if pointer:
        assert error["pointer"] == f"#/0{pointer}"
    assert kept(cast.floral) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing",
        b"[",
        b"[]",
        b'{"events": []}',
        b'{"events": 1}',
        b'{"events": [], "more": 1}',
        b'"text"',
        b"[" * 100_000,
        json.dumps([event(n) for n in range(1001)]).encode(),
    ],
)
def test_a_body_that_is_no_list_of_events_is_refused(cast, api, body):
    answer = api.post("/events", body)

    assert answer.status_code == 422, answer.content
    assert kept(cast.floral) == []


def test_a_body_over_four_megabytes_is_refused(cast, api):
    answer = api.post("/events", b" " * (4 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


def test_broken_text_in_one_item_does_not_stop_the_others(cast, api):
    good = json.dumps(event(2)).encode()
    for bad in (
        rb'{"id": "\ud800", "name": "a", "customer": {"email": "a@b.c"}}',
        b'{"id": "\xff", "name": "a", "customer": {"email": "a@b.c"}}',
        rb'{"id": "x", "name": "a", "customer": {"email": "a@b.c"}, "properties": {"a": "\u0000"}}',
        b'{"id": "x", "name": "a", "customer": {"email": "a@b.c"}, "properties": {"a": 1e999}}',
    ):
        answer = api.post("/events", b"[" + bad + b"," + good + b"]")
        assert answer.json()["results"][0]["status"] == "error", bad
    assert [row[1] for row in kept(cast.floral)] == ["e2"]


def test_text_is_kept_in_one_normal_form_and_instants_in_utc(cast, api):
    decomposed = "Rose\u0301"
    api.post("/events", event(1, properties={"title": decomposed, "lines": "a\nb\\n"}))
    api.post("/events", event(2, at="2026-05-01T23:00:00+18:00"))

    rows = kept(cast.floral)
    assert rows[0][5] == {"title": "Rosé", "lines": "a\nb\\n"}
    assert rows[1][3] == datetime(2026, 5, 1, 5, tzinfo=UTC)


def test_an_event_without_a_time_happened_now(cast, api):
    said = event()
    del said["at"]
    api.post("/events", said)
    assert abs((kept(cast.floral)[0][3] - datetime.now(UTC)).total_seconds()) < 60


def test_a_call_costs_the_same_statements_for_one_event_and_for_many(
    cast, api, django_assert_max_num_queries
):
    api.post("/events", event(0))
    counts = []
    for items in ([event(1)], [event(n) for n in range(2, 60)]):
        with django_assert_max_num_queries(40) as captured:
            api.post("/events", items)
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert connection.in_atomic_block


def test_the_events_of_a_customer_are_listed_latest_first(cast, api):
    items = [
        event(n, name="seen" if n % 2 else "bought", at=f"2026-05-0{n}T12:00:00Z")
        for n in range(1, 6)
    ]
    api.post("/events", items)
    path = f"/customers/{ids.encode('cus', cast.rae.uid)}/events"

    first = api.get(path, limit=2).json()
    second = api.get(path, limit=2, starting_after=first["next_cursor"]).json()
    last = api.get(path, limit=2, starting_after=second["next_cursor"]).json()

    assert [e["id"] for page in (first, second, last) for e in page["data"]] == [
        "e5",
        "e4",
        "e3",
        "e2",
        "e1",
    ]
    assert (first["has_more"], last["has_more"], last["next_cursor"]) == (True, False, None)
    assert first["data"][0] == {
        "id": "e5",
        "source": "api",
        "name": "seen",
        "at": "2026-05-05T12:00:00Z",
        "properties": {},
    }
    named = api.get(path, name="bought").json()["data"]
    assert [e["id"] for e in named] == ["e4", "e2"]
    assert api.get(path, starting_after="api:none").status_code == 404


def test_the_profile_shows_what_a_customer_did(cast, api, ben):
    api.post("/events", event(properties={"path": "/roses"}))
    page = ben.get(f"/b/floral/customers/{ids.encode('cus', cast.rae.uid)}/").content.decode()
    assert "Page viewed" in page
    assert "path: /roses" in page
