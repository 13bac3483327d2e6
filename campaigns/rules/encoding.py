"""Bytes on the wire: quoted-printable that can be cut anywhere, and safe header lines.

RFC 2045 section 6.7 (quoted-printable), RFC 2047 (encoded words), RFC 5322 section 2.1.1 (lines).
"""

import base64
import re
from collections.abc import Iterator
from functools import lru_cache

from campaigns.rules.merge import UnsafeValue, clean_header

_SOFT = b"=\r\n"
_HARD = b"\r\n"
_WIDTH = 75  # content of a line; the soft break's "=" makes 76
_WORD_BYTES = 45  # of an encoded word, so that it stays within 75 characters
_FOLD = 76
_CODES = [bytes((n,)) if 32 <= n <= 126 and n != 61 else b"=%02X" % n for n in range(256)]
_PLAIN_VALUE = re.compile(r"(?!.*  )[!-\-/-<>-~][ -<>-~]{0,70}", re.ASCII)
_WORDS = re.compile(r"[!-~]+(?: [!-~]+)*", re.ASCII)
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+", re.ASCII)
_ADDRESS = re.compile(
    r"(?P<local>[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?P<domain>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63})",
    re.ASCII,
)


def quoted_value(text: str) -> bytes:
    """One person's value; starts and ends at column 0, like every piece."""
    if (text.isascii() and text.isalnum() and len(text) < _WIDTH) or _PLAIN_VALUE.fullmatch(text):
        return text.encode("ascii") + _SOFT
    return quoted(text)


def quoted(text: str) -> bytes:
    """Quoted-printable that starts at column 0 and ends there too, by a soft break if need be.

    So pieces can be joined in any order. No line starts with a dot: SMTP need not double it. No two
    blanks stand together and none ends a line, so that what DKIM calls relaxed is what it is."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    encoded = [_SOFT.join(_wrapped(line.encode(), final=True)) + _HARD for line in lines[:-1]]
    if lines[-1]:
        encoded.append(_SOFT.join(_wrapped(lines[-1].encode(), final=False)) + _SOFT)
    return b"".join(encoded)


def _wrapped(line: bytes, *, final: bool) -> Iterator[bytes]:
    """The physical lines of one line. `final`: a hard break follows, so no blank may end it."""
    current: list[bytes] = []
    width = 0
    last = len(line) - 1
    for index, byte in enumerate(line):
        code = _CODES[byte]
        is_second = byte == 32 and index > 0 and line[index - 1] == 32
        if is_second or (byte == 32 and index == last and final) or (byte == 46 and not width):
            code = b"=%02X" % byte
        if width + len(code) > _WIDTH:
            yield b"".join(current)
            current, width = [], 0
            code = b"=2E" if byte == 46 else code
        current.append(code)
        width += len(code)
    yield b"".join(current)


def header(name: str, text: str) -> bytes:
    """`Name: text` with CRLF, folded; what is not ASCII becomes encoded words.

    Raises UnsafeValue for control characters."""
    if len(name) + 2 + len(text) <= _FOLD and _WORDS.fullmatch(text) and "=?" not in text:
        return f"{name}: {text}\r\n".encode()
    clean_header(text)
    if text.isascii() and "=?" not in text and (folded := _folded(name, text)) is not None:
        return folded
    return name.encode() + b": " + b"\r\n ".join(_encoded_words(text)) + _HARD


def mailbox(name: str, display: str, address: str) -> bytes:
    """`From: "Display" <address>` with CRLF. The address has been through `safe_address`."""
    clean_header(display)
    if not display:
        return f"{name}: <{address}>\r\n".encode()
    if not display.isascii() or "=?" in display:
        shown = b"\r\n ".join(_encoded_words(display))
    elif _ATOMS.fullmatch(display):
        shown = display.encode()
    else:
        shown = b'"' + re.sub(r'(["\\])', r"\\\1", display).encode() + b'"'
    return name.encode() + b": " + shown + b"\r\n <" + address.encode() + b">\r\n"


@lru_cache(maxsize=1024)  # each is asked about twice: for the header and for the envelope
def safe_address(address: str) -> str:
    """The address in ASCII (RFC 5321 sizes, IDNA domain); raises UnsafeValue.

    A local part beyond ASCII needs SMTPUTF8, which we do not use; quoted ones are refused."""
    plain = address if address.isascii() else _in_ascii(address)
    match = _ADDRESS.fullmatch(plain)
    if match is None or len(match["local"]) > 64 or len(plain) > 254:
        raise UnsafeValue(f"{address!r} is not an address we can write to.")
    return plain


def _in_ascii(address: str) -> str:
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise UnsafeValue(f"{address!r} is not an address we can write to.") from error


def _folded(name: str, text: str) -> bytes | None:
    """The header folded at single blanks, or None when some word is too long for a line."""
    if text != " ".join(text.split()):
        return None
    lines = [f"{name}:"]
    for word in text.split(" "):
        if len(lines[-1]) + 1 + len(word) <= _FOLD:
            lines[-1] += f" {word}"
        elif len(word) < _FOLD:
            lines.append(f" {word}")
        else:
            return None
    return "\r\n".join(lines).encode() + _HARD


def _encoded_words(text: str) -> Iterator[bytes]:
    chunk = b""
    for character in text:
        encoded = character.encode()
        if len(chunk) + len(encoded) > _WORD_BYTES:
            yield b"=?utf-8?b?" + base64.b64encode(chunk) + b"?="
            chunk = b""
        chunk += encoded
    yield b"=?utf-8?b?" + base64.b64encode(chunk) + b"?="


def part_head(boundary: str, subtype: str) -> bytes:
    """What a text part of a mail begins with, its boundary (RFC 2046 section 5.1) included."""
    return (
        f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()
