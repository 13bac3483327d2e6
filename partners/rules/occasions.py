"""What people give together on an occasion: the needs that a gift pack for it begins with."""

NEEDS: dict[str, tuple[str, ...]] = {
    "Valentine's Day": ("flowers", "card", "sweets", "wine", "dinner"),
    "Mother's Day": ("flowers", "card", "chocolates", "brunch"),
    "Birthday": ("flowers", "card", "cake", "something to do"),
    "Anniversary": ("flowers", "wine", "dinner", "a night away"),
    "Christmas": ("wreath", "card", "sweets", "hot drinks", "an evening out"),
    "New home": ("plant", "card", "bread and salt", "wine"),
    "Get well": ("flowers", "card", "tea", "something to read"),
}


def fits(need: str, *words: str) -> bool:
    """Whether something of these words is what is needed: a word of the one stands in the other."""
    wanted = {word.rstrip("s") for word in need.casefold().split() if len(word) > 2}
    said = " ".join(words).casefold()
    return any(word in said for word in wanted)
