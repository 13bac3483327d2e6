"""One mailbox, however it is spelled, is one person; two mailboxes are two."""

import pytest

from referrals.rules.identity import canonical_email, friend_label, same_person

# (address, address, whether they are one mailbox), in the normal form of `email_key`.
PAIRS = [
    ("ann@gmail.com", "ann@gmail.com", True),
    ("a.n.n@gmail.com", "ann@gmail.com", True),
    ("ann+shop@gmail.com", "ann@gmail.com", True),
    ("a.nn+x+y@gmail.com", "ann@gmail.com", True),
    ("ann@googlemail.com", "ann@gmail.com", True),
    ("a.nn+z@googlemail.com", "an.n@gmail.com", True),
    ("ann+1@outlook.com", "ann@outlook.com", True),
    ("ann+1@hotmail.com", "ann+2@hotmail.com", True),
    ("ann+1@live.com", "ann@live.com", True),
    ("ann+1@icloud.com", "ann@icloud.com", True),
    ("ann@me.com", "ann@icloud.com", True),
    ("ann+rose@mac.com", "ann@me.com", True),
    ("ann+1@fastmail.com", "ann@fastmail.com", True),
    ("ann+1@proton.me", "ann@protonmail.com", True),
    ("ann@pm.me", "ann@proton.me", True),
    ("ann+1@hey.com", "ann@hey.com", True),
    ("ann+1@posteo.de", "ann@posteo.de", True),
    ("ann+1@gmx.net", "ann@gmx.net", True),
    ("ann+@gmail.com", "ann@gmail.com", True),
    ("a.n.n.@gmail.com", "ann@gmail.com", True),
    ("ann@gmail.com", "anna@gmail.com", False),
    ("ann@gmail.com", "ann@outlook.com", False),
    ("a.nn@outlook.com", "ann@outlook.com", False),
    ("ann.lee@icloud.com", "annlee@icloud.com", False),
    ("ann+shop@firm.example", "ann@firm.example", False),
    ("a.nn@firm.example", "ann@firm.example", False),
    ("ann@hotmail.com", "ann@live.com", False),
    ("ann@gmx.net", "ann@gmx.de", False),
    ("ann@gmail.com.example", "ann@gmail.com", False),
    ("+ann@gmail.com", "ann@gmail.com", False),
    ("ann@mail.gmail.com", "ann@gmail.com", False),
    ("bob@firm.example", "bob@firm.example", True),
]


@pytest.mark.parametrize(("one", "other", "is_one"), PAIRS)
def test_the_spellings_of_one_mailbox_are_told_from_two_mailboxes(
    one: str, other: str, is_one: bool
) -> None:
    assert (canonical_email(one) == canonical_email(other)) is is_one
    assert same_person(emails=[one], other_emails=[other]) is is_one


def test_one_spelling_is_its_own_spelling() -> None:
    for one, other, _ in PAIRS:
        for address in (canonical_email(one), canonical_email(other)):
            assert canonical_email(address) == address


def test_what_is_no_address_stays_as_it_is() -> None:
    assert canonical_email("") == ""
    assert canonical_email("ann") == "ann"


def test_a_friend_is_a_first_name_and_an_initial_and_no_advertisement() -> None:
    assert friend_label("Mary Ann", "Lee") == "Mary L."
    assert friend_label("Mary", "https://x.example") == "Mary h."
    assert [friend_label("Mary", last) for last in ("", "1st")] == ["Mary"] * 2
    assert [friend_label(first, "Lee") for first in ("", "www.x.example", "x" * 31)] == [""] * 3


def test_two_addresses_with_one_phone_are_one_person() -> None:
    phones = ["+447700900123"]
    assert same_person(
        emails=["a@x.example"], other_emails=["b@x.example"], phones=phones, other_phones=phones
    )
    assert not same_person(
        emails=["", "a@x.example"], other_emails=[""], phones=[""], other_phones=["", *phones]
    )
