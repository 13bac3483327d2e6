"""Numbers in sentences: one person, two people."""


def counted(count: int, one: str, many: str) -> str:
    """The number with its word: "1 person", "1,204 people"."""
    return f"{count:,} {one if count == 1 else many}"


def people(count: int) -> str:
    return counted(count, "person", "people")
