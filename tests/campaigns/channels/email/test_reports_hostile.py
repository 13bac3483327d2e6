"""Anybody can write to a return address: whatever stands in such a mail, it is read or ignored."""

import pytest

from campaigns.channels.email.reports import Report, read_report

TOKEN = "A" * 59
VERP = f"bounce+{TOKEN}@mail.example"
OLD_BOUNCE = Report("bounce", TOKEN, status="5.2.2", words="550 5.2.2 mailbox full\r\n")


def read(head: bytes) -> Report | None:
    return read_report(head + b"\r\n\r\n550 5.2.2 mailbox full\r\n", arrived_at=VERP)


@pytest.mark.parametrize("header", ["To", "Delivered-To", "Message-ID", "From", "Subject"])
@pytest.mark.parametrize(
    "value",
    [b"<", b'"', b"a@[", b"=?x?b?!!!?=", b"=?utf-8?b?4p2k?= <", b"\xff\xfe", b"\0", b"(" * 900_000],
)
def test_an_odd_header_does_not_hide_a_bounce(header, value):
    assert read(header.encode() + b": " + value[:900_000]) == OLD_BOUNCE


def test_a_header_without_end_is_read_as_far_as_a_report_needs():
    # As it is, the standard library would be busy with it for minutes.
    assert read(b"Content-Type: text/plain" + b"; a=b" * 150_000) == OLD_BOUNCE


def test_parts_in_each_other_without_end_are_no_report():
    boxes = (
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(3_000)
    )
    assert read_report(b"From: a\r\n" + b"".join(boxes), arrived_at=VERP) is None
    assert read(b"Content-Type: message/rfc822\r\n\r\n" * 3_000) is None


def test_a_servers_words_without_end_are_cut():
    report = read_report(
        b'Content-Type: multipart/report; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example\r\n\r\n"
        b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; " + b"a" * 500_000 + b"\r\n"
        b"\r\n--b--\r\n",
        arrived_at=VERP,
    )
    assert report is not None
    assert (report.return_token, report.status) == (TOKEN, "5.1.1")
    assert len(report.words) < 2_000
