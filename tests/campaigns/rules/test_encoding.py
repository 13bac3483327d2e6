"""Quoted-printable pieces and header lines, read back by Python's own parsers."""

import quopri
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.encoding import header, mailbox, quoted, quoted_value, safe_address
from campaigns.rules.merge import UnsafeValue

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=300)
lines = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Zl", "Zp")))


@given(texts, texts, texts)
def test_pieces_join_in_any_order_and_read_back(first, second, third):
    wire = quoted(first) + quoted_value(second) + quoted(third)
    assert quopri.decodestring(wire).decode().replace("\r\n", "\n") == first + second + third


@given(texts, texts)
def test_no_line_is_too_long_or_starts_with_a_dot_or_ends_with_a_blank(first, second):
    wire = quoted(first) + quoted_value(second)
    assert wire == b"" or wire.endswith(b"\r\n")
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    for line in wire.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith(b".")
        assert not line.endswith((b" ", b"\t"))


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("", b""),
        ("Ada", b"Ada=\r\n"),
        (".", b"=2E=\r\n"),
        ("a.\n.b\n", b"a.\r\n=2Eb\r\n"),
        ("1=1", b"1=3D1=\r\n"),
        ("end \n", b"end=20\r\n"),
        ("é", b"=C3=A9=\r\n"),
    ],
)
def test_exact_bytes(text, wire):
    assert quoted(text) == wire
    assert quoted_value(text) == wire


def parsed(raw, name):
    return message_from_bytes(raw + b"\r\n", policy=default)[name]


@given(lines.map(str.strip).filter(bool))
def test_any_subject_reads_back(text):
    raw = header("Subject", text)
    assert str(parsed(raw, "Subject")) == text
    assert all(len(line) <= 76 + len("Subject: ") for line in raw.split(b"\r\n"))


def test_a_long_plain_subject_is_folded_not_encoded():
    text = "word " * 40 + "end"
    raw = header("Subject", text)
    assert b"=?" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 76
    assert str(parsed(raw, "Subject")) == text


@pytest.mark.parametrize("bad", ["a\r\nBcc: b@example.com", "a\nb", "a\x00b", "a\x7fb", "a\u2028b"])
def test_control_characters_are_refused_in_headers(bad):
    with pytest.raises(UnsafeValue):
        header("Subject", bad)
    with pytest.raises(UnsafeValue):
        mailbox("From", bad, "a@example.com")


@pytest.mark.parametrize(
    "display",
    [
        "Floral",
        "Floral & Co",
        'The "Best", Ltd.',
        "Blumen Müller",
        "花",
        "a\\b",
        "x" * 120,
        "=?x?=",
    ],
)
def test_sender_names_read_back(display):
    value = parsed(mailbox("From", display, "shop@example.com"), "From")
    assert value.addresses[0].display_name == display
    assert value.addresses[0].addr_spec == "shop@example.com"


@pytest.mark.parametrize(
    ("address", "ascii_form"),
    [
        ("ada@example.com", "ada@example.com"),
        ("Ada.L+x@Example.co.uk", "Ada.L+x@Example.co.uk"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("o'neil@example.com", "o'neil@example.com"),
    ],
)
def test_addresses_become_ascii(address, ascii_form):
    assert safe_address(address) == ascii_form


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@localhost",
        "ada@example.com\r\nRCPT TO:<x@example.com>",
        "a b@example.com",
        "<ada@example.com>",
        "ada@example.com>",
        "é@example.com",
        "a..b@example.com",
        ".a@example.com",
        '"a b"@example.com',
        "a" * 65 + "@example.com",
        "a@" + "b" * 250 + ".com",
        "a@[127.0.0.1]",
        "a@b@example.com",
        "ada@example.com\x00",
        "ada@-example.com",
    ],
)
def test_unsafe_addresses_are_refused(address):
    with pytest.raises(UnsafeValue):
        safe_address(address)
