"""The normal forms of text, addresses and names."""

import pytest

from config.kit.text import clean_text, email_key, name_key


def test_text_comes_out_in_nfc_without_space_around_it() -> None:
    assert clean_text("  Zoe\u0308 ", max_length=10) == "Zoë"
    assert clean_text("a\r\nb\tc", max_length=10, multiline=True) == "a\nb\tc"


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "a\tb", "\ud800", "a\x1b", "a\x85b", "x" * 11])
def test_text_that_cannot_be_kept_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"control character|too long"):
        clean_text(text, max_length=10)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("Jo@Example.com", "jo@example.com"),
        ("STRASSE@exämple.DE", "strasse@xn--exmple-cua.de"),
        ("Straße@example.com", "strasse@example.com"),
        ("zoe\u0308@example.com", "zoë@example.com"),
        ("a.b+tag@sub.example.org", "a.b+tag@sub.example.org"),
    ],
)
def test_an_address_has_one_key(address: str, key: str) -> None:
    assert email_key(address) == key


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b", "a@localhost", "a b@example.com", "a@[127.0.0.1]", "x" * 65 + "@example.com"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        email_key(address)


def test_a_name_is_searched_without_case() -> None:
    assert name_key("Zoë", "STRAßE") == "zoë strasse"
    assert name_key("", "Winter") == "winter"
