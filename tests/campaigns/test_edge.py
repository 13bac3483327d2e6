"""The edge stores clicks and one-click unsubscribes before it answers; the rest is Django's."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.scope import brand_scope
from campaigns.edge import Edge
from campaigns.models.campaigns import CampaignLink
from campaigns.models.messages import Feedback
from campaigns.selectors.content import keyring
from campaigns.services.hitlog import HitLog
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.consents import Consent, ConsentState
from customers.models.customers import Customer
from customers.models.segments import DirtyCustomer
from tests.campaigns.mailing import customers, launched

pytestmark = pytest.mark.django_db(transaction=True)
ONE_CLICK = b"List-Unsubscribe=One-Click"


def django(environ, start_response):
    start_response("404 Not Found", [])
    return [environ["wsgi.input"].read()]


PERSON = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


def ask(method, path, body=b"", agent=PERSON, *, hits=None, extra=None):
    seen = {}

    def start_response(status, headers):
        seen["status"], seen["headers"] = int(status[:3]), dict(headers)

    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "HTTP_USER_AGENT": agent,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    hits = hits or HitLog(None)
    content = b"".join(Edge(django, hits)(environ | (extra or {}), start_response))
    return seen["status"], seen["headers"], content


@pytest.fixture
def mailed(cast):
    """A launched campaign with two links and one recipient."""
    with brand_scope(cast.floral):
        rows = customers(1)
    campaign = launched(cast.floral)
    with brand_scope(cast.floral):
        for number, url in enumerate(
            ["https://shop.example/a", "https://shop.example/?n={{ first_name }}"], start=1
        ):
            CampaignLink.objects.create(campaign=campaign, number=number, url=url)
    return cast.floral, campaign, rows[0]


def token(mailed, purpose, *, link=0, brand=None):
    floral, campaign, customer = mailed
    ticket = Ticket((brand or floral).pk, campaign.pk, customer.pk, link)
    return sign_ticket(keyring(), purpose, ticket)


def feedback(brand):
    with brand_scope(brand):
        return list(Feedback.objects.values_list("kind", "link", "user_agent"))


def status_of(brand, customer):
    with brand_scope(brand):
        return ConsentState.objects.get(customer=customer).status


def test_a_click_is_stored_and_leads_to_the_campaigns_own_target(mailed):
    status, headers, _ = ask("GET", f"/c/{token(mailed, Purpose.CLICK, link=1)}", agent="A" * 300)
    assert (status, headers["Location"]) == (302, "https://shop.example/a")
    assert headers["Cache-Control"] == "no-store"
    assert feedback(mailed[0]) == [("click", 1, "A" * 200)]


def test_segments_look_again_at_who_clicked(mailed, cast):
    floral, _, customer = mailed
    with brand_scope(floral):
        Customer.objects.filter(pk=customer.pk).update(merged_into=cast.rae)
        DirtyCustomer.objects.all().delete()
    assert ask("GET", f"/c/{token(mailed, Purpose.CLICK, link=1)}")[0] == 302
    with brand_scope(floral):
        assert list(DirtyCustomer.objects.values_list("customer_id", flat=True)) == [cast.rae.pk]


def test_a_link_may_carry_the_customers_own_value(mailed):
    _, headers, _ = ask("GET", f"/c/{token(mailed, Purpose.CLICK, link=2)}")
    assert headers["Location"] == "https://shop.example/?n=Customer%200"


def test_a_head_request_is_a_look_and_no_click(mailed):
    status, headers, _ = ask("HEAD", f"/c/{token(mailed, Purpose.CLICK, link=1)}")
    assert (status, headers["Location"]) == (302, "https://shop.example/a")
    assert feedback(mailed[0]) == []


def test_what_does_not_verify_is_djangos_and_stores_nothing(mailed, cast):
    good = token(mailed, Purpose.CLICK, link=1)
    for path in (
        f"/c/{good[:-1]}",
        f"/c/{token(mailed, Purpose.UNSUBSCRIBE, link=1)}",
        f"/c/{token(mailed, Purpose.CLICK, link=9)}",
        f"/c/{token(mailed, Purpose.CLICK, link=1, brand=cast.other_brand)}",
        f"/c/{good}/extra",
        "/c/",
    ):
        assert ask("GET", path)[0] == 404
    assert feedback(mailed[0]) == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_a_click_is_only_ever_a_get(mailed, method):
    assert ask(method, f"/c/{token(mailed, Purpose.CLICK, link=1)}")[0] == 404
    assert feedback(mailed[0]) == []


@pytest.mark.parametrize(
    "body",
    [
        ONE_CLICK,
        b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--',
    ],
)
def test_one_click_unsubscribes_without_a_question(mailed, body):
    brand, campaign, customer = mailed
    status, _, content = ask("POST", f"/u/{token(mailed, Purpose.UNSUBSCRIBE)}", body)
    assert (status, content[:20]) == (200, b"You are unsubscribed")
    assert status_of(brand, customer) == "withdrawn"
    assert [kind for kind, _, _ in feedback(brand)] == ["unsubscribe"]
    with brand_scope(brand):
        act = Consent.objects.get(customer=customer)
        assert (act.status, act.source, act.proof) == (
            "withdrawn",
            "unsubscribe_one_click",
            {"campaign_id": campaign.pk},
        )


def test_one_click_twice_is_once(mailed):
    path = f"/u/{token(mailed, Purpose.UNSUBSCRIBE)}"
    assert [ask("POST", path, ONE_CLICK)[0] for _ in range(2)] == [200, 200]
    assert len(feedback(mailed[0])) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_scanner_that_looks_at_the_unsubscribe_link_changes_nothing(mailed, method):
    brand, _, customer = mailed
    assert ask(method, f"/u/{token(mailed, Purpose.UNSUBSCRIBE)}")[0] == 404
    assert status_of(brand, customer) == "granted"


@pytest.mark.parametrize("body", [b"", b"csrfmiddlewaretoken=x", b"a" * 5000])
def test_other_posts_reach_django_with_their_body(mailed, body):
    brand, _, customer = mailed
    status, _, content = ask("POST", f"/u/{token(mailed, Purpose.UNSUBSCRIBE)}", body)
    assert (status, content) == (404, body)
    assert status_of(brand, customer) == "granted"


@pytest.mark.parametrize("purpose", [Purpose.CLICK, Purpose.MESSAGE, Purpose.OPEN])
def test_no_other_token_unsubscribes(mailed, purpose):
    brand, _, customer = mailed
    assert ask("POST", f"/u/{token(mailed, purpose)}", ONE_CLICK)[0] == 404
    assert status_of(brand, customer) == "granted"


def test_a_merged_customers_old_mail_unsubscribes_the_one_they_became(mailed):
    brand, _, customer = mailed
    with brand_scope(brand):
        survivor = customers(1, prefix="survivor")[0]
        Customer.objects.filter(pk=customer.pk).update(merged_into=survivor)
    assert ask("POST", f"/u/{token(mailed, Purpose.UNSUBSCRIBE)}", ONE_CLICK)[0] == 200
    assert status_of(brand, survivor) == "withdrawn"


def test_an_address_with_any_letters_becomes_a_header_that_every_server_can_send(mailed):
    floral, campaign, _ = mailed
    with brand_scope(floral):
        url = "https://shop.example/caf\u00e9/\u65e5?q=a b"
        CampaignLink.objects.create(campaign=campaign, number=3, url=url)
    status, headers, _ = ask("GET", f"/c/{token(mailed, Purpose.CLICK, link=3)}")
    assert status == 302
    assert headers["Location"] == "https://shop.example/caf%C3%A9/%E6%97%A5?q=a%20b"


def test_an_open_answers_with_a_picture_and_is_stored_a_moment_later(mailed):
    hits = HitLog(None)
    path = f"/o/{token(mailed, Purpose.OPEN)}"
    status, headers, content = ask("GET", path, hits=hits)
    assert (status, headers["Content-Type"], content[:6]) == (200, "image/gif", b"GIF89a")
    assert headers["Cache-Control"] == "no-store"
    hits.flush()
    assert feedback(mailed[0]) == [("open", None, PERSON)]
    assert ask("HEAD", path, hits=hits)[0] == 200
    assert ask("GET", f"/o/{token(mailed, Purpose.CLICK)}", hits=hits)[0] == 404
    hits.flush()
    assert len(feedback(mailed[0])) == 1


def test_the_trap_leads_nowhere_and_gives_its_visitor_away(mailed):
    brand = mailed[0]
    status, headers, content = ask("GET", f"/c/{token(mailed, Purpose.CLICK, link=0)}")
    assert (status, "Location" in headers, content) == (204, False, b"")
    ask("GET", f"/c/{token(mailed, Purpose.CLICK, link=1)}")
    with brand_scope(brand):
        assert list(Feedback.objects.values_list("link", "is_machine").order_by("link")) == [
            (0, True),
            (1, True),
        ]


def test_of_a_visitors_address_only_the_network_is_kept(mailed):
    path = f"/c/{token(mailed, Purpose.CLICK, link=1)}"
    ask("GET", path, extra={"REMOTE_ADDR": "203.0.113.77", "HTTP_SEC_PURPOSE": "prefetch"})
    ask("GET", path, agent="\0odd", extra={"REMOTE_ADDR": "2001:db8:1:2::3"})
    ask("GET", path, extra={"REMOTE_ADDR": "unix:/run/socket"})
    with brand_scope(mailed[0]):
        rows = Feedback.objects.order_by("pk")
        assert list(rows.values_list("network", "hints", "user_agent", "is_machine")) == [
            ("203.0.113.0/24", "prefetch", PERSON, True),
            ("2001:db8:1::/48", "", "odd", False),
            ("", "", PERSON, False),
        ]


def test_a_target_that_is_no_web_address_is_not_followed(mailed):
    floral, campaign, _ = mailed
    with brand_scope(floral):
        CampaignLink.objects.create(campaign=campaign, number=4, url="javascript:alert(1)")
    assert ask("GET", f"/c/{token(mailed, Purpose.CLICK, link=4)}")[0] == 404
    assert feedback(floral) == []


def test_links_are_looked_up_once_and_work_without_the_database_after(mailed, tmp_path):
    hits = HitLog(tmp_path)
    hits.start = lambda: None
    path = f"/c/{token(mailed, Purpose.CLICK, link=1)}"
    assert ask("GET", path, hits=hits)[0] == 302
    with CaptureQueriesContext(connection) as asked:
        assert ask("GET", path, hits=hits)[0] == 302
    assert len(asked) == 0
    hits.flush()
    assert len(feedback(mailed[0])) == 2
