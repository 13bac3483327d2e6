"""The SMTP client against a real server on loopback: every fault leaves exact accounts."""

import itertools
import socket

import pytest

from campaigns.channels.email.endpoint import Endpoint, parse_endpoint
from campaigns.channels.email.smtp import Connection, Outcome, SmtpUnavailable, Verdict
from campaigns.rules.merge import UnsafeValue
from campaigns.rules.program import Mail
from tests.campaigns.certificates import self_made
from tests.campaigns.sink import Sink

SENDER = "shop@floral.example"


def mails(*names, size=1):
    return [
        Mail(n, f"{name}@example.com", b"Message-ID: <%d@x>\r\n\r\n" % n + b"hello\r\n" * size)
        for n, name in enumerate(names, start=1)
    ]


def send(sink, batch, before=lambda mail: None):
    with Connection(parse_endpoint(sink.url)) as connection:
        return [
            (mail.customer_id, outcome.verdict.value, outcome.code)
            for mail, outcome in connection.send(SENDER, batch, before=before)
        ]


def plan(**faults):
    return lambda address: faults.get(address.partition("@")[0])


@pytest.fixture(params=[True, False], ids=["pipelining", "plain"])
def pipelining(request):
    return request.param


def test_every_mail_arrives_once_over_one_connection(pipelining):
    with Sink(pipelining=pipelining) as sink:
        batch = mails(*(f"c{n}" for n in range(200)), size=40)
        assert send(sink, batch) == [(n, "accepted", 250) for n in range(1, 201)]
        assert sink.connections == 1
        assert len(sink.accepted) == 200
        assert set(sink.accepted.values()) == {1}
        assert set(sink.message_ids.values()) == {1}


def test_the_body_arrives_byte_for_byte():
    with Sink() as sink:
        mail = Mail(1, "a@example.com", b"Subject: x\r\n\r\nline\r\n=2Edot\r\n")
        with Connection(parse_endpoint(sink.url)) as connection:
            list(connection.send(SENDER, [mail], before=lambda mail: None))
        assert sink.contents == {"a@example.com": mail.content}


def test_refusals_are_told_apart_and_the_others_arrive(pipelining):
    faults = {
        "gone": "rcpt:550 no such user",
        "full": "rcpt:452 mailbox full",
        "spam": "data:554 policy",
        "busy": "data:451 try later",
    }
    with Sink(plan(**faults), pipelining=pipelining) as sink:
        outcomes = send(sink, mails("a", "gone", "b", "full", "c", "spam", "d", "busy", "e"))
        assert outcomes == [
            (1, "accepted", 250),
            (2, "refused", 550),
            (3, "accepted", 250),
            (4, "later", 452),
            (5, "accepted", 250),
            (6, "refused", 554),
            (7, "accepted", 250),
            (8, "later", 451),
            (9, "accepted", 250),
        ]
        assert dict(sink.accepted) == {f"{name}@example.com": 1 for name in "abcde"}


def test_two_refusals_in_a_row_keep_step(pipelining):
    faults = dict.fromkeys(("x", "y", "z"), "rcpt:550 no")
    with Sink(plan(**faults), pipelining=pipelining) as sink:
        verdicts = [verdict for _, verdict, _ in send(sink, mails("x", "y", "a", "z"))]
        assert verdicts == ["refused", "refused", "accepted", "refused"]
        assert dict(sink.accepted) == {"a@example.com": 1}


def test_a_server_that_takes_data_without_recipients_gets_an_empty_body():
    def odd(address):
        return {"*": "data-always", "gone@example.com": "rcpt:550 no"}.get(address)

    with Sink(odd) as sink:
        assert send(sink, mails("gone", "a")) == [(1, "refused", 550), (2, "accepted", 250)]
        assert dict(sink.accepted) == {"a@example.com": 1}


def test_a_connection_lost_before_the_body_means_not_sent(pipelining):
    with Sink(plan(x="drop:rcpt"), pipelining=pipelining) as sink:
        handed_over = []
        outcomes = send(sink, mails("a", "x", "b"), handed_over.append)
        assert [o[:2] for o in outcomes] == [(1, "accepted"), (2, "later"), (3, "accepted")]
        assert [mail.customer_id for mail in handed_over] == [1, 3]
        assert dict(sink.accepted) == {"a@example.com": 1, "b@example.com": 1}


@pytest.mark.parametrize(("fault", "arrived"), [("drop:body", 0), ("drop:after", 1)])
def test_a_connection_lost_after_the_body_is_one_unknown(pipelining, fault, arrived):
    with Sink(plan(x=fault), pipelining=pipelining) as sink:
        outcomes = send(sink, mails("a", "x", "b", "c"))
        assert [o[:2] for o in outcomes] == [
            (1, "accepted"),
            (2, "unknown"),
            (3, "accepted"),
            (4, "accepted"),
        ]
        assert sink.accepted["x@example.com"] == arrived
        assert sink.accepted["b@example.com"] == 1
        assert sink.connections == 2


@pytest.mark.parametrize("is_secure", [False, True], ids=["plain", "tls"])
def test_a_server_that_falls_silent_after_the_body_leaves_it_unknown(tls, monkeypatch, is_secure):
    context, certificate = tls
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Sink(delay=600, tls=context if is_secure else None) as sink:
        scheme = "smtps" if is_secure else "smtp"
        with Connection(parse_endpoint(f"{scheme}://localhost:{sink.port}")) as connection:

            def impatient(_mail):
                connection._wait_at_most(0.05)

            [(_, outcome)] = connection.send(SENDER, mails("a"), before=impatient)
            assert outcome.verdict is Verdict.UNKNOWN
            assert not connection.is_open


def test_a_closing_server_means_later_and_a_new_connection(pipelining):
    with Sink(plan(x="data:421 closing"), pipelining=pipelining) as sink:
        outcomes = send(sink, mails("a", "x", "b"))
        assert outcomes == [(1, "accepted", 250), (2, "later", 421), (3, "accepted", 250)]


def test_before_is_called_once_and_just_before_the_body_leaves():
    with Sink() as sink:
        seen = []
        batch = mails("a", "b", "c")

        def before(mail):
            seen.append((mail.customer_id, sum(sink.accepted.values())))

        assert len(send(sink, batch, before)) == 3
        assert seen == [(1, 0), (2, 1), (3, 2)]


def test_a_crash_leaves_at_most_one_mail_undecided():
    with Sink() as sink, Connection(parse_endpoint(sink.url)) as connection:
        handed_over, told = [], []
        stream = connection.send(SENDER, mails(*"abcdefgh"), before=handed_over.append)
        for mail, _ in itertools.islice(stream, 5):
            told.append(mail)
        stream.close()
        assert len(handed_over) - len(told) == 0
        assert sum(sink.accepted.values()) == 5
        outcomes = [o.verdict for _, o in connection.send(SENDER, mails("z"), before=print)]
        assert outcomes == [Verdict.ACCEPTED]
        assert sum(sink.accepted.values()) == 6


def test_an_idle_connection_that_was_closed_is_opened_again():
    with Sink() as sink, Connection(parse_endpoint(sink.url)) as connection:
        list(connection.send(SENDER, mails("a"), before=lambda mail: None))
        connection._socket.shutdown(socket.SHUT_RDWR)
        outcomes = [o for _, o in connection.send(SENDER, mails("b"), before=lambda mail: None)]
        assert outcomes == [Outcome(Verdict.ACCEPTED, 250, "taken")]


def test_no_server_is_said_so_and_nothing_is_sent():
    handed_over = []
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = Endpoint("127.0.0.1", free.getsockname()[1], "none")
    with Connection(endpoint) as connection, pytest.raises(SmtpUnavailable, match="cannot be used"):
        list(connection.send(SENDER, mails("a"), before=handed_over.append))
    assert handed_over == []


def test_a_refused_sender_stops_everything_instead_of_burning_the_audience():
    with Sink(plan(shop="mail:550 not yours")) as sink:
        with (
            Connection(parse_endpoint(sink.url)) as connection,
            pytest.raises(SmtpUnavailable, match="refuses the sender: not yours"),
        ):
            list(connection.send(SENDER, mails("a", "b"), before=lambda mail: None))
        assert not sink.accepted


def test_an_address_with_a_line_break_never_becomes_a_command():
    evil = Mail(1, "a@example.com>\r\nRCPT TO:<b@example.com", b"x\r\n")
    with Sink() as sink:
        with (
            Connection(parse_endpoint(sink.url)) as connection,
            pytest.raises(UnsafeValue),
        ):
            list(connection.send(SENDER, [evil], before=lambda mail: None))
        assert not sink.accepted
        assert not any(b"RCPT" in command for command in sink.commands)


def test_no_mails_open_no_connection():
    with Sink() as sink:
        assert send(sink, []) == []
        assert sink.connections == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://localhost:2525", Endpoint("localhost", 2525, "none")),
        ("smtp+tls://mail.example", Endpoint("mail.example", 587, "starttls")),
        ("smtps://u%40x:p%3Aw@mail.example", Endpoint("mail.example", 465, "tls", "u@x", "p:w")),
    ],
)
def test_email_url_is_read(url, expected):
    assert parse_endpoint(url) == expected


@pytest.mark.parametrize("url", ["", "http://x", "smtp://", "smtp://user:pw@mail.example"])
def test_a_bad_email_url_is_refused(url):
    with pytest.raises(ValueError, match="EMAIL_URL"):
        parse_endpoint(url)


def test_a_password_is_never_shown():
    assert "secret" not in repr(parse_endpoint("smtps://u:secret@mail.example"))


def test_signing_in_uses_what_the_server_offers():
    with Sink(auth=("u", "p")) as sink:
        endpoint = Endpoint("127.0.0.1", sink.port, "none", "u", "p")
        with Connection(endpoint) as connection:
            list(connection.send(SENDER, mails("a"), before=lambda mail: None))
        assert b"AUTH PLAIN AHUAcA==" in sink.commands
        assert sink.accepted["a@example.com"] == 1


def test_no_password_goes_to_a_server_that_asks_for_none():
    with Sink() as sink:
        endpoint = Endpoint("127.0.0.1", sink.port, "none", "u", "p")
        with Connection(endpoint) as connection, pytest.raises(SmtpUnavailable, match="neither"):
            list(connection.send(SENDER, mails("a"), before=lambda mail: None))
        assert not any(command.startswith(b"AUTH") for command in sink.commands)


def test_a_server_without_starttls_is_refused_before_anything_is_said():
    with Sink() as sink:
        endpoint = Endpoint("127.0.0.1", sink.port, "starttls", "u", "p")
        with Connection(endpoint) as connection, pytest.raises(SmtpUnavailable, match="STARTTLS"):
            list(connection.send(SENDER, mails("a"), before=lambda mail: None))
        assert sink.commands == [b"EHLO localhost"]


@pytest.fixture
def tls(tmp_path):
    """A server context for "localhost", and the file a client has to trust."""
    return self_made(tmp_path)


@pytest.mark.parametrize("starttls", [False, True], ids=["tls", "starttls"])
def test_mail_and_password_go_over_a_checked_connection(tls, monkeypatch, starttls):
    context, certificate = tls
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    scheme = "smtp+tls" if starttls else "smtps"
    with Sink(tls=context, starttls=starttls, auth=("u", "p")) as sink:
        endpoint = parse_endpoint(f"{scheme}://u:p@localhost:{sink.port}")
        with Connection(endpoint) as connection:
            outcomes = [
                outcome.code
                for _, outcome in connection.send(SENDER, mails("a", "b"), before=lambda mail: None)
            ]
        assert outcomes == [250, 250]
        assert b"AUTH PLAIN AHUAcA==" in sink.commands
        if starttls:
            assert sink.commands.index(b"STARTTLS") < sink.commands.index(b"AUTH PLAIN AHUAcA==")


@pytest.mark.parametrize("starttls", [False, True], ids=["tls", "starttls"])
def test_a_certificate_nobody_vouches_for_is_refused_before_the_password(tls, starttls):
    context, _ = tls
    scheme = "smtp+tls" if starttls else "smtps"
    with Sink(tls=context, starttls=starttls, auth=("u", "p")) as sink:
        endpoint = parse_endpoint(f"{scheme}://u:p@localhost:{sink.port}")
        with (
            Connection(endpoint) as connection,
            pytest.raises(SmtpUnavailable, match="certificate"),
        ):
            list(connection.send(SENDER, mails("a"), before=lambda mail: None))
        assert not any(command.startswith(b"AUTH") for command in sink.commands)
        assert not sink.accepted


@pytest.mark.parametrize(
    ("name", "said"),
    [("mx1.shop.example", "mx1.shop.example"), ("box@1a2b3c4d", "localhost"), ("", "localhost")],
)
def test_the_greeting_names_a_host_or_localhost(name, said):
    with Sink() as sink, Connection(parse_endpoint(sink.url), hello=name) as connection:
        connection.open()
    assert sink.commands == [f"EHLO {said}".encode()]
