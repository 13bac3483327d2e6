"""What a bounce says of an address, and how many complaints are too many."""

import re
from enum import Enum

# RFC 3463: 5.1.x says the address is wrong (but 5.1.7 and 5.1.8, which are about the sender) and
# 5.2.1 that the mailbox is closed. Whatever else is permanent, such as a full mailbox, a refused
# text or our being on somebody's list, is not the address's fault.
_HARD = re.compile(r"5\.(?:1\.(?!7\b|8\b)\d{1,3}|2\.1)")
# How servers without statuses of their own say the same.
_NOBODY = re.compile(
    r"(?:no such|unknown|invalid|nonexistent|non-existent)\s+(?:\w+\s+){0,2}"
    r"(?:user|recipient|mailbox|address|account)"
    r"|(?:user|recipient|mailbox|address|account)\s+(?:\w+\s+){0,2}"
    r"(?:unknown|not found|not exist|doesn't exist|no longer)|no mailbox here",
    re.IGNORECASE,
)
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_REPLY = re.compile(r"\b([45])\d\d[ -]")
_ADDRESS = re.compile(r"<?[^\s<>\"';:,]+@[^\s<>\"';:,]+>?")

SOFT_BOUNCES = 3
SOFT_DAYS = 30
LONGEST_WORDS = 250

# Of the mails of a campaign that were sent: from here on people are told, and it stops.
WARN_SHARE = 0.001
STOP_SHARE = 0.003
FEWEST_SENT = 1_000


class Complaints(Enum):
    """How a campaign stands with those who report it as spam."""

    FINE = "fine"
    MANY = "many"
    TOO_MANY = "too_many"


def status_of(text: str) -> str:
    """The RFC 3463 status in a server's words, such as "550 5.1.1 no such user"; of a bare reply
    code its class, such as 5.0.0, or 5.1.1 where the words say that there is nobody; "" where there
    is neither."""
    found = _STATUS.search(text)
    if found:
        return found[0]
    reply = _REPLY.search(f"{text} ")
    if reply is None:
        return ""
    if reply[1] == "5" and _NOBODY.search(text):
        return "5.1.1"
    return f"{reply[1]}.0.0"


def is_hard(status: str) -> bool:
    """Whether nothing will ever arrive at this address."""
    return _HARD.fullmatch(status) is not None


def words_of(text: str) -> str:
    """A server's words as they are kept for good: on one line, and naming nobody."""
    return _ADDRESS.sub("\N{HORIZONTAL ELLIPSIS}", " ".join(text.split()))[:LONGEST_WORDS]


def judge_complaints(*, complained: int, sent: int) -> Complaints:
    """0.1 % and 0.3 % of at least 1,000 sent; below that one person would be a verdict."""
    if sent < FEWEST_SENT or complained < sent * WARN_SHARE:
        return Complaints.FINE
    return Complaints.TOO_MANY if complained >= sent * STOP_SHARE else Complaints.MANY
