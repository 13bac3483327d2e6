"""Names of people and places as they are compared, not as they are shown."""

import re
import unicodedata

_NO_LETTER = re.compile(r"[^\w]+|_+")


def match_key(text: str) -> str:
    """Without accents, case, punctuation and the order of its words: "Müller-Roy, Ana" and "ana
    muller roy" are one. Empty for text without letters."""
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )
    return " ".join(sorted(word for word in _NO_LETTER.split(bare) if word))
