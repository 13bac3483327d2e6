"""Reports as servers write them; what reports nothing is nothing, and odd mail breaks nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.channels.email.reports import Report, message_token, read_report

VERP = "A" * 59
OURS = "B" * 59

DSN = f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: bounce+{VERP}@bounce.floral.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Fri, 1 May 2026 12:00:00 +0000

Final-Recipient: rfc822; rae@example.com
Original-Recipient: rfc822;rae@example.com
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <rae@example.com>: user unknown

--b
Content-Type: message/rfc822

From: shop@floral.example
To: <rae@example.com>
Message-ID: <{OURS}@floral.example>
Subject: Spring

Hello
--b--
"""
BOUNCE = Report(
    "bounce",
    return_token=VERP,
    message_token=OURS,
    status="5.1.1",
    words="550 5.1.1 <rae@example.com>: user unknown",
    address="rae@example.com",
)
ARF = f"""From: <fbl@provider.example>
To: <abuse@floral.example>
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <rae@example.com>

--b
Content-Type: text/rfc822-headers

From: shop@floral.example
Message-ID: <{OURS}@floral.example>
Subject: Spring

--b--
"""
OUT_OF_OFFICE = f"""From: rae@example.com
To: bounce+{VERP}@bounce.floral.example
Subject: Out of office
Auto-Submitted: auto-replied
Content-Type: text/plain

I am away until 5.1.1 next year.
"""


def read(text, **options):
    return read_report(text.replace("\n", "\r\n").encode(), **options)


def test_a_delivery_report_names_its_message_twice():
    assert read(DSN) == BOUNCE


def test_bare_line_feeds_read_the_same():
    assert read_report(DSN.encode()) == BOUNCE


def test_the_envelope_knows_the_return_address_when_the_headers_do_not():
    text = DSN.replace(f"bounce+{VERP}@", "postmaster@")
    assert read(text) == Report("bounce", "", OURS, BOUNCE.status, BOUNCE.words, BOUNCE.address)
    assert read(text, arrived_at=f"Bounce+{VERP}@bounce.floral.example") == BOUNCE


def test_returned_headers_are_enough():
    text = DSN.replace("message/rfc822", "text/rfc822-headers")
    report = read(text)
    assert report is not None
    assert report.message_token == OURS


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_is_not_final_is_no_bounce(action):
    assert read(DSN.replace("Action: failed", f"Action: {action}")) is None


def test_a_report_without_a_status_is_read_by_the_servers_words():
    report = read(DSN.replace("Status: 5.1.1\n", ""))
    assert report is not None
    assert report.status == "5.1.1"


def test_a_complaint_names_its_message_by_the_returned_headers():
    assert read(ARF) == Report(
        "complaint", message_token=OURS, words="abuse", address="rae@example.com"
    )


def test_not_spam_is_no_complaint():
    assert read(ARF.replace("Feedback-Type: abuse", "Feedback-Type: not-spam")) is None


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("Auto-Submitted: auto-replied", "Auto-Submitted: auto-replied; owner-email=x@example.com"),
        ("Auto-Submitted: auto-replied", "X-Autoreply: yes"),
        ("Auto-Submitted: auto-replied", "X-Autorespond: vacation"),
    ],
)
def test_an_automatic_answer_is_ignored(was, becomes):
    assert read(OUT_OF_OFFICE.replace(was, becomes)) is None


def test_a_persons_answer_to_the_return_address_is_ignored():
    sent_by_her = "Return-Path: <rae@example.com>"
    assert read(OUT_OF_OFFICE.replace("Auto-Submitted: auto-replied", sent_by_her)) is None


def test_a_server_older_than_the_standard_is_understood_by_its_words():
    old = f"""Return-Path: <>
To: bounce+{VERP}@bounce.floral.example
Subject: failure notice
Content-Type: text/plain

Hi. This is the mail program. <rae@example.com>: 550 sorry, no mailbox here by that name
"""
    report = read(old)
    assert report is not None
    assert (report.return_token, report.status, report.address) == (VERP, "5.1.1", "")
    assert read(old.replace(f"bounce+{VERP}", "info")) is None
    assert read(old.replace("550 ", "")) is None


def test_a_mail_of_nobody_is_nothing():
    assert read("Subject: hello\n\nHow are you? 550 5.1.1\n") is None
    assert read_report(b"") is None
    assert read_report(b"\xff\xfe\x00" * 50) is None


@pytest.mark.parametrize(
    ("message_id", "token"),
    [
        (f"<{OURS}@floral.example>", OURS),
        (f"{OURS}@floral.example", OURS),
        ("<CAF=abc+1@mail.example>", ""),
        ("", ""),
    ],
)
def test_only_our_message_ids_hold_a_token(message_id, token):
    assert message_token(message_id) == token


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(DSN)), st.integers(0, 60), st.binary(max_size=20))
def test_a_mangled_report_is_read_or_not_but_never_an_error(start, cut, noise):
    raw = DSN.encode()
    report = read_report(raw[:start] + noise + raw[start + cut :])
    assert report is None or report.kind == "bounce"
