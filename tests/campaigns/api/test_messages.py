"""One request is one mail; what could not be sent is refused, and then nothing happens."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.events import DomainEvent
from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.services.transactional import publish, update_template, withdraw
from config.kit.clock import now
from customers.models.consents import Suppression
from customers.models.identities import Identity
from customers.services.privacy import erase_customer
from customers.services.suppressions import suppress_address
from tests.api import Api, new_key
from tests.campaigns.transactional import DATA, kept, request, template
from tests.crowds import at_once


@pytest.fixture
def api(cast):
    return Api(new_key(cast.floral, cast.ana))


def happened(brand):
    with brand_scope(brand):
        events = DomainEvent.objects.filter(type="message.requested").count()
    return len(kept(brand)), events


def test_a_message_is_taken_and_can_be_read(cast, api):
    template(cast.floral)
    answer = api.post("/messages", request(), idempotency="k1")
    body = answer.json()
    assert answer.status_code == 202
    assert body["id"].startswith("msg_")
    assert (body["template"], body["version"], body["state"]) == ("order-confirmation", 1, "queued")
    assert body["to"]["email"] == "rae@example.com"
    assert body["to"]["customer"].startswith("cus_")
    (message,) = kept(cast.floral)
    assert (message.customer_id, message.data) == (cast.rae.pk, DATA)
    assert api.get(f"/messages/{body['id']}").json() == body
    assert happened(cast.floral) == (1, 1)


def test_the_same_key_gives_one_message_and_the_same_answer(cast, api):
    template(cast.floral)
    first = api.post("/messages", request(), idempotency="k1")
    again = api.post("/messages", request(), idempotency="k1")
    assert (again.status_code, again.content) == (202, first.content)
    other = api.post("/messages", request("jo@example.com"), idempotency="k1")
    assert other.status_code == 422
    assert happened(cast.floral) == (1, 1)


def test_without_an_idempotency_key_nothing_is_sent(cast, api):
    template(cast.floral)
    assert api.post("/messages", request()).status_code == 400
    assert happened(cast.floral) == (0, 0)


def test_an_external_id_finds_the_customer(cast, api):
    template(cast.floral)
    with brand_scope(cast.floral):
        Identity.objects.create(
            customer=cast.rae, kind="external", source="api", value="c-7", value_norm="c-7"
        )
    to = {"external_id": "c-7"}
    answer = api.post("/messages", request(to=to), idempotency="k1")
    assert answer.json()["to"]["email"] == "rae@example.com"
    missing = api.post("/messages", request(to={"external_id": "c-8"}), idempotency="k2")
    assert missing.json()["errors"][0]["pointer"] == "#/to/external_id"
    assert happened(cast.floral) == (1, 1)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (request(data={**DATA, "order_number": ""}), "#/data/order_number"),
        (request(data={"order_number": "1", "total": 1}), "#/data/lines"),
        (request(data={**DATA, "deep": {"er": 1}}), "#/data/deep"),
        (request(template="unknown"), "#/template"),
        (request("no address"), "#/to/email"),
        (request(to={}), "#/to"),
        (request(to={"email": "a@b.example", "external_id": "1"}), "#/to"),
        (request(language="xx"), "#/language"),
        (request(send_at=(now() + timedelta(days=31)).isoformat()), "#/send_at"),
        (request(subject="Mine"), "#/subject"),
    ],
)
def test_what_cannot_be_sent_is_refused_by_its_place(cast, api, body, pointer):
    template(cast.floral)
    answer = api.post("/messages", body, idempotency="k1")
    assert answer.status_code == 422, answer.content
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert happened(cast.floral) == (0, 0)


def test_a_draft_and_a_withdrawn_template_send_nothing(cast, api):
    made = template(cast.floral, is_published=False)
    assert api.post("/messages", request(), idempotency="k1").json()["code"] == "not_published"
    with brand_scope(cast.floral):
        publish(made, cast.floral)
        withdraw(made)
    assert api.post("/messages", request(), idempotency="k2").status_code == 409
    assert happened(cast.floral) == (0, 0)


def test_what_is_written_since_waits_for_the_next_publishing(cast, api):
    made = template(cast.floral)
    with brand_scope(cast.floral):
        update_template(made, example={**DATA, "parcel": "P1"})
        type(made).objects.filter(pk=made.pk).update(subject="{{ data.parcel }} is on its way")
    assert api.post("/messages", request(), idempotency="k1").status_code == 202
    with brand_scope(cast.floral):
        made.refresh_from_db()
        publish(made, cast.floral)
    assert api.post("/messages", request(), idempotency="k2").status_code == 422
    assert made.version == 2


def test_an_address_that_is_gone_gets_nothing_and_the_answer_says_so(cast, api):
    template(cast.floral)
    with brand_scope(cast.floral):
        suppress_address(address="rae@example.com", reason=Suppression.Reason.BOUNCE)
    body = api.post("/messages", request(), idempotency="k1").json()
    assert (body["state"], body["reason"]) == ("suppressed", "bounce")
    assert happened(cast.floral) == (1, 0)
    assert kept(cast.floral)[0].data == {}


def test_who_wants_no_news_gets_what_answers_their_order(cast, api):
    template(cast.floral)
    with brand_scope(cast.floral):
        suppress_address(address="rae@example.com", reason=Suppression.Reason.COMPLAINT)
    assert api.post("/messages", request(), idempotency="k1").json()["state"] == "queued"


def test_somebody_who_was_erased_gets_nothing_and_leaves_no_address(cast, api):
    template(cast.floral)
    api.post("/messages", request(), idempotency="k1")
    with brand_scope(cast.floral):
        erased = erase_customer(customer=cast.rae)
        assert {"what": "Transactional mails", "erased": 1, "kept": 0, "why": ""} in erased.report[
            "lines"
        ]
    (message,) = kept(cast.floral)
    assert (message.state, message.reason, message.address, message.data) == (
        *("suppressed", "erased", ""),
        {},
    )
    body = api.post("/messages", request(), idempotency="k2").json()
    assert (body["state"], body["reason"]) == ("suppressed", "erased")


def test_the_list_is_walked_and_filtered(cast, api):
    template(cast.floral)
    for number in range(3):
        api.post("/messages", request(f"p{number}@example.com"), idempotency=f"k{number}")
    first = api.get("/messages", limit=2).json()
    assert [each["to"]["email"] for each in first["data"]] == ["p2@example.com", "p1@example.com"]
    rest = api.get("/messages", starting_after=first["next_cursor"]).json()
    assert [each["to"]["email"] for each in rest["data"]] == ["p0@example.com"]
    one = api.get("/messages", email="P1@example.com", state="queued").json()
    assert len(one["data"]) == 1
    assert api.get("/messages", template="order-confirmation", state="sent").json()["data"] == []
    assert api.get("/messages", state="gone").status_code == 422
    assert api.get("/messages", template="gone").status_code == 422


def test_a_list_of_ten_costs_as_many_queries_as_one(cast, api):
    template(cast.floral)
    api.post("/messages", request(), idempotency="k0")
    with CaptureQueriesContext(connection) as one:
        api.get("/messages")
    for number in range(9):
        api.post("/messages", request(), idempotency=f"n{number}")
    with CaptureQueriesContext(connection) as ten:
        assert len(api.get("/messages").json()["data"]) == 10
    assert len(ten) == len(one)


def test_another_brand_and_a_key_without_the_scope_reach_nothing(cast, api):
    template(cast.floral)
    body = api.post("/messages", request(), idempotency="k1").json()
    other = Api(new_key(cast.grocer, cast.ana))
    assert other.get(f"/messages/{body['id']}").status_code == 404
    assert other.get("/messages").json()["data"] == []
    assert other.post("/messages", request(), idempotency="k1").status_code == 422
    reader = Api(new_key(cast.floral, cast.ana, "messages:read"))
    assert reader.post("/messages", request(), idempotency="k2").status_code == 403
    sender = Api(new_key(cast.floral, cast.ana, "messages:send"))
    assert sender.get("/messages").status_code == 403
    assert happened(cast.floral) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_equal_requests_at_once_give_one_mail(cast, api):
    template(cast.floral)
    answers = at_once(lambda _: api.post("/messages", request(), idempotency="k1"), range(8))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert happened(cast.floral) == (1, 1)
    assert WorkItem.objects.filter(kind="accounts.tasks.dispatch_event").count() == 1
