"""Hard and soft by RFC 3463, words that name nobody, and how many complaints are too many."""

import pytest

from campaigns.rules.bounces import Complaints, is_hard, judge_complaints, status_of, words_of


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.10", "5.2.1"])
def test_an_address_that_does_not_exist_is_hard(status):
    assert is_hard(status)


@pytest.mark.parametrize(
    "status",
    [
        *("5.2.2", "5.1.7", "5.1.8", "5.7.1", "5.3.4", "5.4.4", "5.0.0"),
        *("4.1.1", "4.2.2", "2.0.0", "", "5.1.1x"),
    ],
)
def test_whatever_is_not_the_addresss_fault_is_soft(status):
    assert not is_hard(status)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 <rae@example.com>: user unknown", "5.1.1"),
        ("smtp; 452 4.2.2 mailbox full", "4.2.2"),
        ("550 no such user here", "5.1.1"),
        ("550 sorry, no mailbox here by that name", "5.1.1"),
        ("554 Recipient address does not exist", "5.1.1"),
        ("550 Unknown local user", "5.1.1"),
        ("550 blocked: your address is on a list", "5.0.0"),
        ("554 message refused", "5.0.0"),
        ("450 unknown user, try later", "4.0.0"),
        ("421-try later", "4.0.0"),
        ("5.1.1", "5.1.1"),
        ("gone", ""),
        ("ticket 5500", ""),
        ("", ""),
    ],
)
def test_the_status_is_found_in_a_servers_words(text, status):
    assert status_of(text) == status


def test_words_are_kept_without_anybodys_address():
    assert words_of("550 <rae@example.com>:\r\n no  such user, see rae@x.example;ok") == (
        "550 …: no such user, see …;ok"
    )
    assert len(words_of("x" * 1000)) == 250


@pytest.mark.parametrize(
    ("complained", "sent", "verdict"),
    [
        (999, 999, Complaints.FINE),
        (0, 100_000, Complaints.FINE),
        (1, 1_001, Complaints.FINE),
        (1, 1_000, Complaints.MANY),
        (2, 1_000, Complaints.MANY),
        (3, 1_000, Complaints.TOO_MANY),
        (299, 100_000, Complaints.MANY),
        (300, 100_000, Complaints.TOO_MANY),
    ],
)
def test_complaints_are_judged_from_a_thousand_sent_on(complained, sent, verdict):
    assert judge_complaints(complained=complained, sent=sent) == verdict
