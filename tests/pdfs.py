"""The words in a PDF of ours, for tests: fonts are subset, so text is numbers of glyphs."""

import re
import zlib
from collections.abc import Iterator

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """All strings of all pages, as each of the fonts would show them (ISO 32000, 9.10): nothing
    that is written is missing, though much of it is noise of the wrong font."""
    streams = list(_streams(pdf))
    fonts = [_letters(stream) for stream in streams if b"begincmap" in stream]
    pages = [
        b"".join(map(_raw, _STRING.findall(stream)))
        for stream in streams
        if re.search(rb"\bT[jJ]\b", stream) and b"begincmap" not in stream
    ]
    return "\n".join(_shown(page, letters) for page in pages for letters in fonts)


def _streams(pdf: bytes) -> Iterator[bytes]:
    for packed in _STREAM.findall(pdf):
        try:
            yield zlib.decompressobj().decompress(packed)
        except zlib.error:
            yield packed


def _raw(string: bytes) -> bytes:
    if string.startswith(b"<"):
        return bytes.fromhex(string[1:-1].decode())
    return re.sub(rb"\\([0-7]{1,3}|.)", _unescaped, string[1:-1], flags=re.DOTALL)


def _unescaped(found: re.Match[bytes]) -> bytes:
    said = found[1]
    return bytes([int(said, 8)]) if said.isdigit() else _ESCAPES.get(said, said)


def _letters(cmap: bytes) -> dict[int, str]:
    """Glyph number -> what it stands for."""
    found = {}
    for part in re.findall(rb"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for glyph, letters in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part):
            found[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be")
    for part in re.findall(rb"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        row = rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>"
        for first, last, letter in re.findall(row, part):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = chr(int(letter, 16) + step)
    return found


def _shown(page: bytes, letters: dict[int, str]) -> str:
    glyphs = (page[at] << 8 | page[at + 1] for at in range(0, len(page) - 1, 2))
    return "".join(letters.get(glyph, "\ufffd") for glyph in glyphs)
