"""What a customer's acts amount to, and what the ledger may hold."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from customers.rules.permissions import check_purpose, impersonal, network_of, standing

MAY = datetime(2026, 5, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    pk: int
    status: str
    basis: str
    at: datetime


def acts(*said: str) -> list[Said]:
    """`acts("3 consent", "1 withdrawn")`: on day 3 consent, on day 1 a withdrawal."""
    rows = []
    for pk, text in enumerate(said):
        day, what = text.split()
        status = "withdrawn" if what == "withdrawn" else "granted"
        basis = "none" if what == "withdrawn" else what
        rows.append(Said(pk, status, basis, MAY + timedelta(days=int(day))))
    return rows


@pytest.mark.parametrize(
    ("said", "holds"),
    [
        ([], None),
        (["1 consent"], 0),
        (["1 consent", "2 withdrawn"], 1),
        (["2 withdrawn", "1 consent"], 0),
        (["1 withdrawn", "2 consent"], 1),
        (["1 withdrawn", "1 consent"], 0),
        (["1 withdrawn", "2 soft_opt_in"], 0),
        (["1 withdrawn", "2 implied", "3 claimed", "4 business"], 0),
        (["1 withdrawn", "2 soft_opt_in", "3 consent", "4 implied"], 2),
        (["1 consent", "2 implied"], 0),
        (["1 implied", "2 soft_opt_in"], 1),
        (["2 implied", "1 soft_opt_in"], 0),
        (["3 withdrawn", "1 withdrawn", "2 consent"], 0),
    ],
)
def test_a_withdrawal_beats_all_but_later_consent_and_consent_beats_weaker_grounds(said, holds):
    held = standing(acts(*said))
    assert (held.pk if held else None) == holds


def test_purposes_are_three_and_offers_of_a_named_partner_or_category():
    known = ["marketing", "partner_offers", "surveys", "partner:7", "offers:12", "partner:oak"]
    for text in known:
        check_purpose(text)
    unknown = ["", "Marketing", "partner:", "partner:oak bakery", "offers:" + "x" * 13, "news"]
    for text in unknown:
        with pytest.raises(ValueError, match="The purpose is"):
            check_purpose(text)


def test_internet_addresses_are_cut_to_their_network():
    assert network_of("203.0.113.9") == "203.0.113.0/24"
    assert network_of("2001:db8:1:2::9") == "2001:db8:1::/48"
    assert network_of("::ffff:203.0.113.9") == "203.0.113.0/24"
    with pytest.raises(ValueError, match="does not appear"):
        network_of("shop")


def test_the_ledger_holds_nothing_that_names_a_person():
    proof = {"ip": "203.0.113.9", "line": 7, "form": "footer", "by": "jo@example.com", "x": ""}
    assert impersonal(proof) == {"ip": "203.0.113.0/24", "line": 7, "form": "footer"}
    assert impersonal({"note": "n" * 400}) == {"note": "n" * 300}
