"""A campaign compiled once: everything that is the same in all copies is already bytes.

Per recipient only the values, tokens and a few headers are encoded and joined in between.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from campaigns.rules.bots import TRAP
from campaigns.rules.conditions import Condition, Lists, Values
from campaigns.rules.encoding import header, mailbox, quoted, quoted_value, safe_address
from campaigns.rules.filters import Formats
from campaigns.rules.merge import MAX_ITEMS, Choice, Place, Repeat, Template, escape
from campaigns.rules.rendering import Rendered, Unsendable
from campaigns.rules.slots import Link, Merge, Preferences, Slot, Unsubscribe

MAX_HEADER_LINE = 998  # RFC 5322 section 2.1.1
_SOFT = b"=\r\n"

Sign = Callable[[int, int], str]
"""(customer id, link number) to a token of one purpose and campaign; see config.kit.tokens."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who sends, and where the public links lead."""

    name: str
    address: str
    reply_to: str
    list_id: str
    base_url: str
    feedback_id: str = ""


@dataclass(frozen=True, slots=True)
class Signers:
    """Tokens of this campaign, one function per purpose."""

    click: Sign
    unsubscribe: Sign
    message: Sign
    # None: the mail holds no picture that tells of its opening, and no trap for programs.
    open: Sign | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """One customer: where to, and the values for the merge tags."""

    customer_id: int
    address: str
    values: Mapping[str, str]
    lists: Lists = field(default_factory=dict)
    language: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One copy, ready for SMTP: CRLF lines, no line starts with a dot, no final dot."""

    customer_id: int
    address: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Pixel:
    """The address of the picture that tells that this copy was opened."""


Filled = Slot | Pixel

# Where the edge and the public pages answer.
_PLACES: dict[type[Any], str] = {Link: "c", Unsubscribe: "u", Preferences: "p", Pixel: "o"}
# Nobody sees the link, so only programs follow it (see campaigns.rules.bots); then the picture.
_WATCH = (
    '<a href="',
    Link(TRAP),
    '" style="display:none" tabindex="-1" aria-hidden="true"></a><img src="',
    Pixel(),
    '" width="1" height="1" alt="">',
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """Pieces in order; an int is a place in `slots`, filled per recipient."""

    pieces: tuple[bytes | int, ...]
    slots: tuple["Filled | Fork | Loop", ...]


@dataclass(frozen=True, slots=True)
class Fork:
    """One of two fragments."""

    condition: Condition
    then: Fragment
    otherwise: Fragment


@dataclass(frozen=True, slots=True)
class Loop:
    """A fragment for each row of a list."""

    name: str
    body: Fragment


@dataclass(frozen=True, slots=True)
class Program:
    """One mail: its headers, and the fragment that is its body."""

    identity: Identity
    subject: Template
    head: bytes
    body: Fragment
    formats: Formats
    signers: Signers
    message_domain: str
    has_lists: bool = False

    def render(self, recipient: Recipient, *, date: str) -> Mail:
        """One copy. `date` is an RFC 5322 date (see `mail_date`).

        Raises UnsafeValue for an address or subject value that cannot be sent."""
        address = safe_address(recipient.address)
        body = self._filled(self.body, recipient, recipient.values)
        content = self._headers(recipient, address, date) + body
        return Mail(recipient.customer_id, address, content)

    def message_id(self, customer_id: int) -> str:
        """The same for the same campaign and customer, whenever it is asked for."""
        return f"<{self.signers.message(customer_id, 0)}@{self.message_domain}>"

    def unsubscribe_url(self, customer_id: int) -> str:
        return f"{self.identity.base_url}/u/{self.signers.unsubscribe(customer_id, 0)}"

    def _headers(self, recipient: Recipient, address: str, date: str) -> bytes:
        subject = self.subject.render(recipient.values, Place.HEADER, self.formats, recipient.lists)
        customer_id = recipient.customer_id
        own = (
            f"To: <{address}>\r\nDate: {date}\r\n"
            f"Message-ID: {self.message_id(customer_id)}\r\n"
            f"List-Unsubscribe: <{self.unsubscribe_url(customer_id)}>\r\n"
        )
        return header("Subject", subject) + own.encode() + self.head

    def _filled(self, fragment: Fragment, recipient: Recipient, values: Values) -> bytes:
        filled = [self._fill(slot, recipient, values) for slot in fragment.slots]
        return b"".join(
            [piece if isinstance(piece, bytes) else filled[piece] for piece in fragment.pieces]
        )

    def _fill(self, slot: Filled | Fork | Loop, recipient: Recipient, values: Values) -> bytes:
        if isinstance(slot, Merge):
            value = slot.variable.value(values, self.formats)
            return quoted_value(escape(value, slot.place))
        if isinstance(slot, Link):
            return self.signers.click(recipient.customer_id, slot.number).encode() + _SOFT
        if isinstance(slot, Fork):
            holds = slot.condition.holds(values, recipient.lists)
            return self._filled(slot.then if holds else slot.otherwise, recipient, values)
        if isinstance(slot, Loop):
            rows = recipient.lists.get(slot.name, ())[:MAX_ITEMS]
            return b"".join(self._filled(slot.body, recipient, {**values, **row}) for row in rows)
        if isinstance(slot, Pixel):
            assert self.signers.open is not None
            return self.signers.open(recipient.customer_id, 0).encode() + _SOFT
        return self.signers.unsubscribe(recipient.customer_id, 0).encode() + _SOFT


def compile_program(rendered: Rendered, *, identity: Identity, signers: Signers) -> Program:
    """Compile the mail; raises Unsendable when its sender cannot send."""
    sender = safe_address(identity.address)
    boundary = f"=_rapport_{signers.message(0, 0)[-22:]}"
    pieces, slots = _Pieces(identity.base_url), rendered.slots
    pieces.add_bytes(_part_head(boundary, "plain"))
    pieces.add(slots.tree(rendered.text))
    pieces.add_bytes(_part_head(boundary, "html"))
    body, end, after = rendered.html.rstrip("\n").rpartition("</body>")
    pieces.add(slots.tree(body))
    if signers.open is not None:
        pieces.add(_WATCH)
    pieces.add(slots.tree(f"{end}{after}\n"))
    pieces.add_bytes(f"\r\n--{boundary}--\r\n".encode())
    program = Program(
        identity=identity,
        subject=rendered.subject,
        head=_head(identity, sender, boundary),
        body=pieces.fragment(),
        formats=rendered.formats,
        signers=signers,
        message_domain=sender.rpartition("@")[2],
        has_lists=rendered.has_lists,
    )
    _check_lines(program)
    return program


def mail_date(at: datetime) -> str:
    """The Date header's value."""
    return format_datetime(at)


def _part_head(boundary: str, subtype: str) -> bytes:
    return (
        f"\r\n--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()


def _head(identity: Identity, sender: str, boundary: str) -> bytes:
    """The headers that are the same in every copy, and the empty line."""
    lines = [mailbox("From", identity.name, sender)]
    if identity.reply_to:
        lines.append(f"Reply-To: <{safe_address(identity.reply_to)}>\r\n".encode())
    lines.append(mailbox("List-Id", identity.name, identity.list_id))
    lines.append(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    if identity.feedback_id:
        lines.append(header("Feedback-ID", identity.feedback_id))
    lines.append(b"MIME-Version: 1.0\r\n")
    lines.append(f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n'.encode())
    return b"".join(lines)


class _Pieces:
    """Builds a fragment; equal slots are filled once."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.pieces: list[bytes | int] = []
        self.slots: dict[Filled | Fork | Loop, int] = {}

    def add(self, parts: Sequence[Any]) -> None:
        """Parts of a tree (see campaigns.rules.slots.Slots.tree)."""
        constant = ""
        for part in parts:
            if isinstance(part, str):
                constant += part
                continue
            slot = self._slot(part)
            if not isinstance(slot, Merge | Fork | Loop):
                constant += f"{self.base_url}/{_PLACES[type(slot)]}/"
            self.add_bytes(quoted(constant))
            constant = ""
            self.pieces.append(self.slots.setdefault(slot, len(self.slots)))
        self.add_bytes(quoted(constant))

    def add_bytes(self, piece: bytes) -> None:
        """A constant; neighbouring ones become one."""
        last = self.pieces[-1] if self.pieces else None
        if isinstance(last, bytes):
            self.pieces[-1] = last + piece
        elif piece:
            self.pieces.append(piece)

    def fragment(self) -> Fragment:
        return Fragment(tuple(self.pieces), tuple(self.slots))

    def _slot(self, part: Any) -> Filled | Fork | Loop:
        if isinstance(part, Choice):
            return Fork(part.condition, self._inside(part.then), self._inside(part.otherwise))
        if isinstance(part, Repeat):
            return Loop(part.name, self._inside(part.body))
        slot: Filled = part
        return slot

    def _inside(self, parts: Sequence[Any]) -> Fragment:
        inside = _Pieces(self.base_url)
        inside.add(parts)
        return inside.fragment()


def _check_lines(program: Program) -> None:
    if not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", program.identity.base_url):
        raise Unsendable("BASE_URL is not a web address; links in the mail would lead nowhere.")
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,200}", program.identity.list_id):
        raise Unsendable("The list id may hold letters, digits, dots and hyphens only.")
    longest = max(map(len, program.head.split(b"\r\n")))
    if longest > MAX_HEADER_LINE or len(program.unsubscribe_url(0)) > MAX_HEADER_LINE - 30:
        raise Unsendable("A header line is too long. Use a shorter sender name or web address.")
