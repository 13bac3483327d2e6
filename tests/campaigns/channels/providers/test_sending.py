"""Mail by a provider's API, against a server on loopback that speaks it: exact accounts."""

from dataclasses import replace

import pytest

from campaigns.channels.email.smtp import SmtpUnavailable
from campaigns.channels.providers import sending
from campaigns.channels.providers.accounts import PROVIDERS, Account
from campaigns.channels.providers.sending import ProviderWay
from campaigns.models.transports import Transport
from campaigns.rules.program import Mail
from tests.campaigns.provider import ProviderServer

SENDER = "shop@floral.example"


def mails(*names):
    return [Mail(n, f"{name}@example.com", content(name)) for n, name in enumerate(names, 1)]


def content(name):
    return (
        f"Subject: Hi {name}\r\nTo: <{name}@example.com>\r\n"
        f"Message-ID: <token-of-{name}-0123456789@floral.example>\r\n"
        f"List-Unsubscribe: <https://floral.example/u/{name}>\r\n"
        "From: =?utf-8?q?Fl=C3=B6ral?= <shop@floral.example>\r\nReply-To: <help@floral.example>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hello {name}, 100%\r\n"
        "--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        f"<p>Hello {name}</p>\r\n"
        "--b--\r\n"
    ).encode()


def account(server, kind, monkeypatch, *, size=None):
    row = PROVIDERS[kind]
    changed = replace(row, options={**row.options, "api_url": server.url}, batch=size or row.batch)
    monkeypatch.setitem(PROVIDERS, kind, changed)
    return Account(kind, "secret", "public" if row.user else "")


def send(server, kind, batch, monkeypatch, *, size=None):
    """Outcomes by customer, who was about to leave before each request, and what was raised."""
    way = ProviderWay(account(server, kind, monkeypatch, size=size))
    intended, told, raised = [], [], ""
    try:
        for mail, outcome in way.send(SENDER, batch, before=lambda m: intended.append(m.address)):
            told.append((mail.customer_id, outcome.verdict.value))
    except SmtpUnavailable as error:
        raised = error.step
    finally:
        way.close()
    return told, intended, raised


@pytest.mark.parametrize(
    ("kind", "requests", "key"),
    [
        ("brevo", 1, "secret"),
        ("mailersend", 3, "secret"),
        ("mailgun", 1, "api:secret"),
        ("mailjet", 1, "public:secret"),
        ("mandrill", 3, "secret"),
        ("postmark", 1, "secret"),
        ("resend", 1, "secret"),
        ("sendgrid", 3, "secret"),
        ("sparkpost", 3, "secret"),
    ],
)
def test_each_gets_their_own_copy_with_our_ids(kind, requests, key, monkeypatch):
    with ProviderServer() as server:
        told, intended, _ = send(server, kind, mails("a", "b", "c"), monkeypatch)
    assert told == [(1, "accepted"), (2, "accepted"), (3, "accepted")]
    assert (len(server.requests), len(intended)) == (requests, 3)
    assert server.keys == {key}
    copy = server.delivered["b@example.com"]
    assert (copy["subject"], copy["text"].strip(), copy["html"].strip()) == (
        "Hi b",
        "Hello b, 100%",
        "<p>Hello b</p>",
    )
    assert "shop@floral.example" in copy["from"]
    headers, ours = copy["headers"], "<token-of-b-0123456789@floral.example>"
    assert headers["List-Unsubscribe"] == "<https://floral.example/u/b>"
    assert copy["metadata"]["rapport"] == ours
    # These two set headers of their own, the one itself, the other for few accounts.
    if kind != "mailersend":
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    if kind not in {"mailersend", "mailjet"}:
        assert headers["Message-Id"] == ours


def test_every_provider_can_be_chosen_and_every_choice_has_one():
    others = {Transport.Kind.HOUSE, Transport.Kind.SMTP}
    assert set(PROVIDERS) == set(Transport.Kind) - others


@pytest.mark.parametrize("kind", ["mailjet", "postmark"])
def test_an_answer_for_each_mail_refuses_one_and_takes_the_others(kind, monkeypatch):
    with ProviderServer(bad=frozenset({"b@example.com"})) as server:
        told, _, raised = send(server, kind, mails("a", "b", "c"), monkeypatch)
    assert told == [(1, "accepted"), (2, "refused"), (3, "accepted")]
    assert (len(server.requests), raised) == (1, "")


def test_one_address_twice_gets_both_mails_in_two_requests(monkeypatch):
    one, two = mails("a", "a")
    with ProviderServer() as server:
        told, _, _ = send(server, "mailgun", [one, two], monkeypatch)
    assert (told, len(server.requests)) == ([(1, "accepted"), (2, "accepted")], 2)


@pytest.mark.parametrize("kind", sorted(PROVIDERS))
def test_an_account_that_refuses_everything_stops_before_everybody_is_struck_off(kind, monkeypatch):
    monkeypatch.setattr(sending, "MOST_REFUSALS", 2)
    with ProviderServer(lambda to: (422, "The sender is not confirmed")) as server:
        told, _, raised = send(server, kind, mails(*"abcde"), monkeypatch)
    assert (told[:2], raised) == ([(1, "refused"), (2, "refused")], "sender")
    assert {verdict for _, verdict in told[2:]} <= {"later"}
    assert (len(server.requests) <= 3, server.delivered) == (True, {})


def test_what_mandrill_calls_an_error_is_no_doubt(monkeypatch):
    with ProviderServer(lambda to: (500, "ValidationError")) as server:
        told, _, _ = send(server, "mandrill", mails("a"), monkeypatch)
    assert told == [(1, "refused")]


def test_a_batch_is_intended_as_a_whole_before_it_leaves(monkeypatch):
    seen = []
    with ProviderServer(lambda to: seen.append(list(to))) as server:
        told, intended, _ = send(server, "mailgun", mails(*"abcde"), monkeypatch, size=2)
    assert [len(each) for each in seen] == [2, 2, 1]
    assert (len(told), intended) == (5, [f"{name}@example.com" for name in "abcde"])


def test_one_bad_address_does_not_cost_the_others_their_mail(monkeypatch):
    def plan(to):
        return (400, "'to' parameter is not valid") if "b@example.com" in to else None

    with ProviderServer(plan) as server:
        told, _, raised = send(server, "mailgun", mails("a", "b", "c"), monkeypatch)
    assert told == [(1, "accepted"), (2, "refused"), (3, "accepted")]
    assert (set(server.delivered), raised) == ({"a@example.com", "c@example.com"}, "")


def test_an_address_the_provider_has_struck_off_is_refused(monkeypatch):
    words = "Found inactive addresses: a@example.com. Inactive recipients are ones that bounced."
    with ProviderServer(lambda to: (422, words) if "a@example.com" in to else None) as server:
        told, _, _ = send(server, "postmark", mails("a", "b"), monkeypatch)
    assert told == [(1, "refused"), (2, "accepted")]


@pytest.mark.parametrize(
    ("status", "step"), [(401, "sign_in"), (404, "sign_in"), (429, "connect"), (503, "connect")]
)
def test_a_clear_no_leaves_nobody_in_doubt(status, step, monkeypatch):
    with ProviderServer(lambda to: (status, "no")) as server:
        told, _, raised = send(server, "mailgun", mails("a", "b"), monkeypatch)
    assert (told, raised, server.delivered) == ([(1, "later"), (2, "later")], step, {})
    assert len(server.requests) == 1


def test_a_provider_that_is_away_leaves_nobody_in_doubt(monkeypatch):
    with ProviderServer() as server:
        pass
    told, _, raised = send(server, "mailgun", mails("a", "b"), monkeypatch)
    assert (told, raised) == ([(1, "later"), (2, "later")], "connect")


@pytest.mark.parametrize("fault", ["hangs up", 500, 504])
def test_without_an_answer_the_whole_batch_is_in_doubt_and_no_more_is_sent(fault, monkeypatch):
    with ProviderServer() as server:
        server.hangs_up = fault == "hangs up"
        if not server.hangs_up:
            server.plan = lambda to: (fault, "oops")
        told, _, raised = send(server, "mailgun", mails("a", "b", "c"), monkeypatch, size=2)
    assert (told, raised) == ([(1, "unknown"), (2, "unknown")], "connect")
    assert len(server.requests) == 1


@pytest.mark.parametrize(("is_bulk", "stream"), [(True, "broadcast"), (False, "outbound")])
def test_campaigns_go_by_a_stream_of_their_own(is_bulk, stream, monkeypatch):
    with ProviderServer() as server:
        way = ProviderWay(account(server, "postmark", monkeypatch), is_bulk=is_bulk)
        list(way.send(SENDER, mails("a"), before=lambda mail: None))
        way.close()
    assert server.delivered["a@example.com"]["stream"] == stream
