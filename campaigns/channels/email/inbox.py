"""The demo's inbox: takes every mail like a real server, and keeps it to be read in the browser.

Each mail is an .eml file, 1,000 to a folder; an SQLite index lists them by recipient.
"""

import logging
import sqlite3
from asyncio import AbstractEventLoop
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from functools import cached_property
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from config.kit.clock import now

MAX_BYTES = 5_000_000
_PER_FOLDER = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the inbox."""

    id: int
    at: datetime
    sender: str
    recipient: str
    subject: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it arrived: `source` is every byte of it."""

    entry: Entry
    text: str
    html: str
    source: str


class Inbox:
    """The folder below RAPPORT_HOME. Any number may read; one server writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, *, sender: str, recipients: list[str], content: bytes) -> None:
        """Keep one mail for each of its recipients."""
        subject = _subject(content)
        for recipient in recipients:
            cursor = self._index.execute(
                "INSERT INTO mail (at, sender, recipient, subject) VALUES (?, ?, ?, ?)",
                (now().isoformat(), sender, recipient.casefold(), subject),
            )
            assert cursor.lastrowid is not None
            path = self._path(cursor.lastrowid)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def entries(self, *, to: str = "", before: int | None = None, limit: int = 50) -> list[Entry]:
        """Newest first; `to` is the beginning of an address, `before` the last id already seen."""
        first = to.strip().casefold()
        rows = self._index.execute(
            "SELECT id, at, sender, recipient, subject FROM mail"
            " WHERE recipient >= ? AND recipient < ? AND id < ? ORDER BY id DESC LIMIT ?",
            (first, first + "\U0010ffff", before or 2**62, limit),
        ).fetchall()
        return [_entry(row) for row in rows]

    def count(self) -> int:
        return int(self._index.execute("SELECT count(*) FROM mail").fetchone()[0])

    def letter(self, number: int) -> Letter | None:
        """One mail, or None when there is no such."""
        row = self._index.execute(
            "SELECT id, at, sender, recipient, subject FROM mail WHERE id = ?", (number,)
        ).fetchone()
        path = self._path(number)
        if row is None or not path.is_file():
            return None
        raw = path.read_bytes()
        message = message_from_bytes(raw, policy=default)
        return Letter(
            entry=_entry(row),
            text=_body(message, "plain"),
            html=_body(message, "html"),
            source=raw.decode("utf-8", "replace"),
        )

    def _path(self, number: int) -> Path:
        return self._folder / f"{number // _PER_FOLDER:04d}" / f"{number}.eml"

    @cached_property
    def _index(self) -> sqlite3.Connection:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        index = sqlite3.connect(
            self._folder / "index.sqlite3",
            timeout=10,
            isolation_level=None,
            check_same_thread=False,  # SQLite itself lets one thread in after the other
        )
        # A demo may lose its last mails with the machine, not with the process.
        index.execute("PRAGMA journal_mode = WAL")
        index.execute("PRAGMA synchronous = OFF")
        index.executescript(
            "CREATE TABLE IF NOT EXISTS mail (id INTEGER PRIMARY KEY, at TEXT, sender TEXT,"
            " recipient TEXT, subject TEXT);"
            "CREATE INDEX IF NOT EXISTS mail_recipient ON mail (recipient, id);"
        )
        return index


class InboxHandler:
    """What aiosmtpd asks of a mail server."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def handle_EHLO(  # noqa: PLR0917  (aiosmtpd's name and arguments)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        """Say that commands may come in groups (RFC 2920): the server reads them one by one from
        its buffer anyhow."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self._inbox.add(
            sender=envelope.mail_from or "", recipients=list(envelope.rcpt_tos), content=content
        )
        return "250 Kept for the demo"


def smtp_protocol(inbox: Inbox, *, loop: AbstractEventLoop) -> SMTP:
    """One connection's server side. aiosmtpd would log every line with its addresses."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    return SMTP(
        InboxHandler(inbox),
        data_size_limit=MAX_BYTES,
        hostname="inbox",
        ident="Rapport demo inbox",
        loop=loop,
    )


def _entry(row: tuple[int, str, str, str, str]) -> Entry:
    number, at, sender, recipient, subject = row
    return Entry(number, datetime.fromisoformat(at).astimezone(UTC), sender, recipient, subject)


def _subject(content: bytes) -> str:
    headers = BytesHeaderParser().parsebytes(content.partition(b"\r\n\r\n")[0])
    written = str(headers["Subject"] or "").replace("\r\n", "")
    try:
        return str(make_header(decode_header(written)))
    except (LookupError, ValueError, HeaderParseError):  # no such charset, or not in it
        return written


def _body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # no such charset
        return bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
