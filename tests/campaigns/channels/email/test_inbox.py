"""The demo's inbox: takes mail like a server, lists it by recipient, shows it harmlessly."""

import asyncio
import threading

import pytest

from campaigns.channels.email.endpoint import parse_endpoint
from campaigns.channels.email.inbox import Inbox, smtp_protocol
from campaigns.channels.email.smtp import Connection
from campaigns.rules.program import Mail

RAW = (
    b"From: Floral <hello@floral.example>\r\nTo: <%s>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"
    b"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<html><head></head><body><script>alert(1)</script><a href='/c/x'>Go</a></body></html>\r\n"
    b"--b--\r\n"
)


@pytest.fixture
def inbox(settings, tmp_path):
    settings.RAPPORT_HOME = tmp_path
    return Inbox(tmp_path / "inbox")


@pytest.fixture
def server(inbox):
    """The inbox's mail server on a free port; gives its URL."""
    loop = asyncio.new_event_loop()
    # The loop runs in its thread alone: beside a browser test this one has a running loop already.
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    serving = loop.create_server(lambda: smtp_protocol(inbox, loop=loop), "127.0.0.1", 0)
    made = asyncio.run_coroutine_threadsafe(serving, loop).result(120)
    yield f"smtp://127.0.0.1:{made.sockets[0].getsockname()[1]}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


def keep(inbox, *addresses):
    for address in addresses:
        inbox.add(
            sender="hello@floral.example",
            recipients=[address],
            content=RAW % address.encode(),
        )


def test_mail_sent_over_smtp_is_kept_byte_for_byte(inbox, server):
    mails = [Mail(n, f"c{n}@example.com", RAW % b"x@example.com") for n in range(30)]
    with Connection(parse_endpoint(server)) as connection:
        codes = [
            outcome.code
            for _, outcome in connection.send("a@b.example", mails, before=lambda mail: None)
        ]
        assert connection._pipelining
    assert codes == [250] * 30
    assert inbox.count() == 30
    letter = inbox.letter(1)
    assert (letter.entry.recipient, letter.entry.subject) == ("c0@example.com", "Grüße")
    assert letter.source.encode() == RAW % b"x@example.com"
    assert (letter.text.strip(), "<script>" in letter.html) == ("Hello", True)


def test_the_list_is_newest_first_by_the_beginning_of_an_address(inbox):
    keep(inbox, "ada@example.com", "bob@example.com", "Ada@example.org")
    found = [entry.recipient for entry in inbox.entries(to=" ADA")]
    assert found == ["ada@example.org", "ada@example.com"]
    assert [entry.id for entry in inbox.entries(before=3, limit=1)] == [2]
    assert inbox.entries(to="x%") == []


def test_the_pages_show_list_mail_text_and_source(inbox, client, db):
    keep(inbox, *(f"c{n}@example.com" for n in range(60)))
    page = client.get("/inbox/").content.decode()
    assert page.count("/inbox/") >= 50
    assert "before=11" in page
    assert "c5@example.com" in client.get("/inbox/?before=11").content.decode()
    assert "c5@example.com" in client.get("/inbox/?to=c5@").content.decode()
    assert 'src="/inbox/1/html/"' in client.get("/inbox/1/").content.decode()
    assert "Hello" in client.get("/inbox/1/?view=text").content.decode()
    source = client.get("/inbox/1/?view=source").content.decode()
    assert "&lt;script&gt;" in source
    assert "<script>alert" not in source


def test_the_mail_itself_is_boxed_in_by_its_own_policy(inbox, client, db):
    keep(inbox, "ada@example.com")
    response = client.get("/inbox/1/html/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in policy
    assert '<head><base target="_blank">' in response.content.decode()


@pytest.mark.parametrize("path", ["/inbox/", "/inbox/1/", "/inbox/1/html/"])
def test_outside_the_demo_there_is_no_inbox(inbox, client, db, settings, path):
    keep(inbox, "ada@example.com")
    settings.DEMO = False
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/inbox/99/", "/inbox/99/html/"])
def test_a_mail_that_is_not_there_is_not_found(inbox, client, db, path):
    assert client.get(path).status_code == 404


def test_an_empty_inbox_says_what_to_do(inbox, client, db):
    assert "Launch a campaign" in client.get("/inbox/").content.decode()


def test_a_mail_without_html_opens_as_its_text(inbox, settings, client):
    settings.DEMO = True
    plain = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: Code\r\n\r\nYour code is KX-12\r\n"
    inbox.add(sender="a@b.example", recipients=["c@d.example"], content=plain)
    page = client.get("/inbox/1/").content.decode()
    assert "Your code is KX-12" in page
    assert "As a page" not in page


@pytest.mark.parametrize("number", [2**63, 10**30, "9" * 5000])
def test_a_number_that_no_mail_can_have_is_not_found(inbox, client, db, number):
    keep(inbox, "ada@example.com")
    for path in (f"/inbox/{number}/", f"/inbox/{number}/html/", f"/inbox/?before={number}"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "subject", ["=?klingon?q?Hello?=", "=?utf-8?q?=FF=FE?=", "=?utf-8?b?a?=", "=?ascii?q?=E4?="]
)
def test_a_mail_in_an_unknown_charset_is_kept_and_shown_as_it_is_written(
    inbox, server, client, db, subject
):
    content = (
        f"From: a@b.example\r\nTo: ada@example.com\r\nSubject: {subject}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=klingon\r\n\r\nYour code is KX-12\r\n"
    ).encode()
    with Connection(parse_endpoint(server)) as connection:
        mails = [Mail(1, "ada@example.com", content)]
        answers = list(connection.send("a@b.example", mails, before=lambda mail: None))
    assert [outcome.code for _, outcome in answers] == [250]
    assert [entry.recipient for entry in inbox.entries()] == ["ada@example.com"]
    assert inbox.entries()[0].subject
    assert client.get("/inbox/").status_code == 200
    assert "Your code is KX-12" in client.get("/inbox/1/").content.decode()
