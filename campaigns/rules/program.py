"""A campaign compiled once: everything that is the same in all copies is already bytes.

Per recipient only the values, tokens and a few headers are encoded and joined in between.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any, NamedTuple

from campaigns.rules.bots import TRAP
from campaigns.rules.conditions import Condition, Lists, Values
from campaigns.rules.encoding import header, mailbox, part_head, quoted, quoted_value, safe_address
from campaigns.rules.filters import Formats
from campaigns.rules.merge import MAX_ITEMS, NO_LISTS, Choice, Place, Repeat, Template, escape
from campaigns.rules.rendering import Rendered, Unsendable
from campaigns.rules.slots import Link, Merge, Preferences, Unsubscribe
from config.kit.tokens import Signer

MAX_HEADER_LINE = 998  # RFC 5322 section 2.1.1
_SOFT = b"=\r\n"

Sign = Callable[[bytes, bytes], bytes]
"""Header lines and body to a header that signs them; see campaigns.channels.email.dkim."""

# What every body begins with, so that it may follow the headers.
_EMPTY_LINE = b"\r\n"
# Places of a copy's tokens.
_CLICK, _OPEN, _STOP = 0, 1, 2


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

    click: Signer
    unsubscribe: Signer
    message: Signer
    # None: the mail holds no picture that tells of its opening, and no trap for programs.
    open: Signer | None = None
    # None: what cannot be delivered comes back to the sender's own address.
    bounce: Signer | None = None

    def tokens(self, customer_id: int) -> tuple[bytes, bytes, bytes]:
        """What the tokens of one copy's links begin with, and those of the picture and of the
        unsubscribe page."""
        return (
            self.click.begin(customer_id),
            self.open.token(customer_id) if self.open is not None else b"",
            self.unsubscribe.token(customer_id),
        )


class Recipient(NamedTuple):
    """One customer: where to, and the values for the merge tags."""

    customer_id: int
    address: str
    values: Mapping[str, str]
    lists: Lists = NO_LISTS
    language: str = ""


class Mail(NamedTuple):
    """One copy, ready for SMTP: CRLF lines, no line starts with a dot, no final dot."""

    customer_id: int
    address: str
    content: bytes
    # Where it goes when it cannot be delivered; empty: to the sender.
    return_path: str = ""


@dataclass(frozen=True, slots=True)
class Pixel:
    """The address of the picture that tells that this copy was opened."""


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
    """Runs of constants and, between each two, a place in `slots`, which are filled per recipient;
    a slot that is a number is the copy's token of that number. Between the constants of a run
    stands what the tokens of all the copy's links begin with."""

    runs: tuple[tuple[bytes, ...], ...]
    places: tuple[int, ...]
    slots: tuple["int | Merge | Fork | Loop", ...]

    def joined(self, filled: Sequence[bytes], click: bytes, *, before: bytes = b"") -> bytes:
        pieces = [before] * (len(self.runs) + len(self.places) + 1)
        pieces[1::2] = map(click.join, self.runs)
        pieces[2::2] = [filled[place] for place in self.places]
        return b"".join(pieces)


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

    def render(
        self,
        recipient: Recipient,
        *,
        date: str,
        sign: Sign | None = None,
        return_domain: str = "",
    ) -> Mail:
        """One copy. `date` is an RFC 5322 date (see `mail_date`); with `return_domain` it comes
        back to an address there that names the copy (variable envelope return path).

        Raises UnsafeValue for an address or subject value that cannot be sent."""
        address = safe_address(recipient.address)
        tokens = self.signers.tokens(recipient.customer_id)
        head = self._headers(recipient, address, date, stop=tokens[_STOP])
        path = self._return_path(recipient.customer_id, return_domain)
        if sign is None:
            content = self._filled(self.body, recipient, recipient.values, tokens, before=head)
            return Mail(recipient.customer_id, address, content, path)
        body = self._filled(self.body, recipient, recipient.values, tokens)
        head = sign(head, body[len(_EMPTY_LINE) :]) + head
        return Mail(recipient.customer_id, address, head + body, path)

    def _return_path(self, customer_id: int, domain: str) -> str:
        """A local part has 64 characters at most (RFC 5321 section 4.5.3.1), a token 59."""
        if not domain or self.signers.bounce is None:
            return ""
        return f"b+{self.signers.bounce(customer_id)}@{domain}"

    def message_id(self, customer_id: int) -> str:
        """The same for the same campaign and customer, whenever it is asked for."""
        return f"<{self.signers.message(customer_id)}@{self.message_domain}>"

    def _headers(self, recipient: Recipient, address: str, date: str, *, stop: bytes) -> bytes:
        subject = self.subject.render(recipient.values, Place.HEADER, self.formats, recipient.lists)
        own = (
            f"To: <{address}>\r\nDate: {date}\r\n"
            f"Message-ID: {self.message_id(recipient.customer_id)}\r\n"
            f"List-Unsubscribe: <{self.identity.base_url}/u/"
        )
        return b"".join((header("Subject", subject), own.encode(), stop, b">\r\n", self.head))

    def _filled(
        self,
        fragment: Fragment,
        recipient: Recipient,
        values: Values,
        tokens: Sequence[bytes],
        *,
        before: bytes = b"",
    ) -> bytes:
        filled = [
            tokens[slot] + _SOFT
            if type(slot) is int
            else self._fill(slot, recipient, values, tokens)
            for slot in fragment.slots
        ]
        return fragment.joined(filled, tokens[_CLICK], before=before)

    def _fill(
        self, slot: Any, recipient: Recipient, values: Values, tokens: Sequence[bytes]
    ) -> bytes:
        if isinstance(slot, Merge):
            value = slot.variable.value(values, self.formats)
            return quoted_value(escape(value, slot.place))
        if isinstance(slot, Fork):
            holds = slot.condition.holds(values, recipient.lists)
            return self._filled(slot.then if holds else slot.otherwise, recipient, values, tokens)
        rows = recipient.lists.get(slot.name, ())[:MAX_ITEMS]
        return b"".join(
            self._filled(slot.body, recipient, {**values, **row}, tokens) for row in rows
        )


def compile_program(rendered: Rendered, *, identity: Identity, signers: Signers) -> Program:
    """Compile the mail; raises Unsendable when its sender cannot send."""
    sender = safe_address(identity.address)
    boundary = f"=_rapport_{signers.message(0)[-22:]}"
    pieces, slots = _Pieces(identity.base_url, signers.click), rendered.slots
    pieces.add_bytes(_EMPTY_LINE + part_head(boundary, "plain"))
    pieces.add(slots.tree(rendered.text))
    pieces.add_bytes(_EMPTY_LINE + part_head(boundary, "html"))
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

    def __init__(self, base_url: str, click: Signer) -> None:
        self.base_url = base_url
        self.click = click
        self.runs = [[b""]]
        self.places: list[int] = []
        self.slots: dict[int | Merge | Fork | Loop, int] = {}

    def add(self, parts: Sequence[Any]) -> None:
        """Parts of a tree (see campaigns.rules.slots.Slots.tree)."""
        constant = ""
        for part in parts:
            if isinstance(part, str):
                constant += part
                continue
            if type(part) in _PLACES:
                constant += f"{self.base_url}/{_PLACES[type(part)]}/"
            self.add_bytes(quoted(constant))
            constant = ""
            if isinstance(part, Link):
                self.runs[-1].append(self.click.end(part.number) + _SOFT)
                continue
            self.places.append(self.slots.setdefault(self._slot(part), len(self.slots)))
            self.runs.append([b""])
        self.add_bytes(quoted(constant))

    def add_bytes(self, piece: bytes) -> None:
        self.runs[-1][-1] += piece

    def fragment(self) -> Fragment:
        return Fragment(tuple(map(tuple, self.runs)), tuple(self.places), tuple(self.slots))

    def _slot(self, part: Any) -> int | Merge | Fork | Loop:
        if isinstance(part, Choice):
            return Fork(part.condition, self._inside(part.then), self._inside(part.otherwise))
        if isinstance(part, Repeat):
            return Loop(part.name, self._inside(part.body))
        if isinstance(part, Merge):
            return part
        return _OPEN if isinstance(part, Pixel) else _STOP

    def _inside(self, parts: Sequence[Any]) -> Fragment:
        inside = _Pieces(self.base_url, self.click)
        inside.add(parts)
        return inside.fragment()


def _check_lines(program: Program) -> None:
    if not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", program.identity.base_url):
        raise Unsendable("BASE_URL is not a web address; links in the mail would lead nowhere.")
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,200}", program.identity.list_id):
        raise Unsendable("The list id may hold letters, digits, dots and hyphens only.")
    longest = max(map(len, program.head.split(b"\r\n")))
    # A token has 59 characters.
    if longest > MAX_HEADER_LINE or len(program.identity.base_url) > MAX_HEADER_LINE - 100:
        raise Unsendable("A header line is too long. Use a shorter sender name or web address.")
