"""Who says stop is left out of what is being sent already."""

import io
from threading import Thread

import pytest
from django.db import connection

from accounts.scope import brand_scope
from campaigns.edge import Edge
from campaigns.models.messages import Delivery
from campaigns.selectors.content import keyring
from campaigns.services import sending
from campaigns.services.hitlog import HitLog
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.consents import Suppression
from customers.models.segments import DirtyCustomer
from tests.campaigns.mailing import customers, launched, outcomes, sender, work_off
from tests.campaigns.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 250
ONE_CLICK = b"List-Unsubscribe=One-Click"


def press_the_button(campaign, customer_id, answers):
    """What a mail program does (RFC 8058), without cookie or referer."""
    token = sign_ticket(
        keyring(), Purpose.UNSUBSCRIBE, Ticket(campaign.brand_id, campaign.pk, customer_id)
    )
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/u/{token}",
        "CONTENT_LENGTH": str(len(ONE_CLICK)),
        "wsgi.input": io.BytesIO(ONE_CLICK),
    }
    Edge(lambda *_: [], HitLog(None))(environ, lambda status, headers: answers.append(status))
    connection.close()


def test_one_click_holds_within_seconds_also_for_a_mail_that_is_queued(cast, tmp_path):
    """The server takes 0.02 s for a mail, so the last one leaves 5 s after the first at the
    earliest; who presses the button at the tenth is looked at again before that."""
    assert sending.RECHECK_SECONDS < 5
    with brand_scope(cast.floral):
        people = customers(PEOPLE)
    campaign = launched(cast.floral)
    last = people[-1]
    answers: list[str] = []

    def leaves_at_ten(_envelope):
        # In a thread of its own, as a web server would: the mail server's has an event loop.
        if len(sink.accepted) == 10 and not answers:
            press = Thread(target=press_the_button, args=[campaign, last.pk, answers])
            press.start()
            press.join()

    with (
        Sink(leaves_at_ten, delay=0.02) as sink,
        sender(sink.url, tmp_path) as process,
    ):
        work_off(process)
    assert answers == ["200 OK"]
    assert outcomes(cast.floral, campaign)[last.email] == ("skipped", "no_consent")
    assert last.email not in sink.accepted
    assert len(sink.accepted) == PEOPLE - 1
    with brand_scope(cast.floral):
        assert Delivery.objects.filter(outcome="sent").count() == PEOPLE - 1


def test_an_address_the_server_does_not_know_is_never_mailed_again(cast, tmp_path):
    with brand_scope(cast.floral):
        people = customers(4)
        DirtyCustomer.objects.all().delete()
    said = {
        "c0@example.com": "rcpt:550 5.1.1 <c0@example.com> no such user",
        "c1@example.com": "rcpt:550 5.7.1 blocked for now",
        "c2@example.com": "rcpt:550 5.2.2 mailbox full",
    }
    first = launched(cast.floral)
    with Sink(said.get) as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    assert set(sink.accepted) == {"c3@example.com"}
    assert outcomes(cast.floral, first)["c0@example.com"] == ("failed", "refused")
    with brand_scope(cast.floral):
        listed = Suppression.objects.values_list("address", "reason", "detail")
        assert list(listed) == [("c0@example.com", "bounce", "550 5.1.1 … no such user")]
        assert people[0].pk in DirtyCustomer.objects.values_list("customer_id", flat=True)
    launched(cast.floral, name="Summer")
    with Sink() as sink, sender(sink.url, tmp_path) as process:
        work_off(process)
    assert set(sink.accepted) == {"c1@example.com", "c2@example.com", "c3@example.com"}
