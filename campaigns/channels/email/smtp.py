"""A pipelining SMTP client that always knows which message was acknowledged.

RFC 5321, with RFC 2920 when the server offers it: the next envelope rides with the previous body,
so a message costs one round trip. At any instant at most one message of a connection is undecided:
its body was handed over and no answer has come. If the connection breaks then, the outcome is
`unknown`; in every other case it is certain that the message was not accepted.
"""

import base64
import re
import socket
import ssl
import struct
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import TracebackType
from typing import NamedTuple

from campaigns.channels.email.endpoint import Endpoint
from campaigns.rules.encoding import safe_address
from campaigns.rules.program import Mail
from config.kit.errors import DomainError

CONNECT_SECONDS = 15.0
REPLY_SECONDS = 60.0
_MAX_REPLY = 65_536
_MAX_REPLY_LINES = 100
_GO_AHEAD = 354
_CLOSING = 421
_PERMANENT = 500
_RECEIVED = 4096
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


Envelope = tuple[bytes, ...]
"""The commands that precede a message: MAIL, RCPT and DATA, each with its CRLF."""


class Verdict(StrEnum):
    """What became of one message."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good (5xx)
    LATER = "later"  # not now (4xx), or never offered because the connection was lost
    UNKNOWN = "unknown"  # handed over, and the connection broke before the answer


@dataclass(frozen=True, slots=True)
class Outcome:
    """The server's answer to one message; code 0 when there was none."""

    verdict: Verdict
    code: int = 0
    text: str = ""

    @property
    def said(self) -> str:
        """In one line, as it is shown and kept."""
        return f"{self.code or ''} {self.text}".strip()


class SmtpUnavailable(Exception):
    """The server cannot be used now. `step` is how far we came: connect, hello, sign_in, sender."""

    def __init__(self, message: str, *, step: str) -> None:
        super().__init__(message)
        self.step = step


class _Broken(Exception):
    """The connection ended in the middle of a conversation."""


class _Reply(NamedTuple):
    code: int
    text: str
    outcome: Outcome

    @property
    def is_good(self) -> bool:
        return 200 <= self.code < 400


def _reply(code: int, text: str) -> _Reply:
    verdict = Verdict.LATER
    if 200 <= code < 400:
        verdict = Verdict.ACCEPTED
    elif 500 <= code < 600:
        verdict = Verdict.REFUSED
    return _Reply(code, text, Outcome(verdict, code, text))


@lru_cache(maxsize=128)
def _parsed(line: bytes) -> tuple[_Reply, bool]:
    """One line of a reply, and whether more follow; most servers say the same all day.

    PostgreSQL keeps no NUL, and a result that cannot be kept would stop its sender."""
    if not line[:3].isdigit():
        raise _Broken(f"it answered {line[:80]!r}")
    text = line[4:].decode("utf-8", "replace").replace("\0", "").rstrip()
    return _reply(int(line[:3]), text), line[3:4] == b"-"


class Connection:
    """One kept connection: opens by itself, reopens when lost, and is used by one thread."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        hello: str = "localhost",
        reply_seconds: float = REPLY_SECONDS,
    ) -> None:
        self._endpoint = endpoint
        self._reply_seconds = reply_seconds
        # Servers refuse a name that is none, such as one with an underscore (RFC 5321, 4.1.1.1).
        self.hello = hello if _HOST.fullmatch(hello) else "localhost"
        self._socket: socket.socket | None = None
        self._buffer = b""
        self._pipelining = False
        # What the server said to the last envelope that it took; to the next one it says the same.
        self._usual = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up. Nothing is undecided between two calls of `send`, so QUIT adds nothing."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._buffer, self._usual = None, b"", b""

    def open(self) -> None:
        """Connect, secure and sign in; raises SmtpUnavailable with the server's words."""
        step = "connect"
        try:
            self._connect()
            step = "hello"
            features = self._greet()
            step = "sign_in"
            if self._endpoint.username:
                self._sign_in(features.get("AUTH", ""))
            self._pipelining = "PIPELINING" in features
        except (_Broken, OSError, DomainError) as error:
            self.close()
            place = f"{self._endpoint.host}:{self._endpoint.port}"
            words = f"The mail server {place} cannot be used: {error}"
            raise SmtpUnavailable(words, step=step) from error

    def send(
        self, sender: str, mails: Iterable[Mail], *, before: Callable[[Mail], None]
    ) -> Generator[tuple[Mail, Outcome], None, None]:
        """Send one mail after the other and yield what became of each, in order.

        `before(mail)` is called when the body is about to leave: from then until its outcome is
        yielded, a crash leaves this one message undecided. One mail is taken from `mails` ahead.
        Raises SmtpUnavailable when there is no connection; what was not yielded was not sent."""
        safe_sender = safe_address(sender)
        queue = iter(mails)
        mail = next(queue, None)
        envelope = envelope_of(safe_sender, mail) if mail is not None else ()
        riding = False
        self.check_idle()
        try:
            while mail is not None:
                following = next(queue, None)
                ahead = envelope_of(safe_sender, following) if following is not None else ()
                outcome = self.offer(envelope, is_riding=riding)
                riding = False
                if outcome is None:
                    before(mail)
                    riding = self.hand_over(mail.content, ahead)
                    outcome = self.answer()
                yield mail, outcome
                mail, envelope = following, ahead
        finally:
            if mail is not None:  # stopped early: the next envelope may be on its way
                self.close()

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    def offer(self, envelope: Envelope, *, is_riding: bool) -> Outcome | None:
        """The envelope up to DATA, which is on its way already when it `is_riding`; None when the
        body may follow, else why not. Raises SmtpUnavailable when there is no connection or the
        sender is refused."""
        if not self.is_open:
            self.open()
            is_riding = False
        try:
            if is_riding and self._is_as_usual():
                return None
            return self._offer(envelope, is_riding=is_riding)
        except (_Broken, OSError) as error:
            self.close()
            return Outcome(Verdict.LATER, text=f"The connection was lost: {error}")

    def hand_over(self, content: bytes, ahead: Envelope) -> bool:
        """The body, and with it the next envelope if the server takes it so; says whether it does.

        Whatever happens, `answer` tells what became of it."""
        riding = ahead if self._pipelining else ()
        try:
            self._write(b"".join((content, b".\r\n", *riding)))
        except OSError:
            self.close()
            return False
        return bool(riding)

    def answer(self) -> Outcome:
        """What the server says to the body that was handed over."""
        try:
            reply = self._read()
        except (_Broken, OSError) as error:
            self.close()
            return Outcome(Verdict.UNKNOWN, text=f"The connection was lost: {error}")
        if reply.code == _CLOSING:
            self.close()
        return reply.outcome

    def check_idle(self) -> None:
        """A server may have hung up since the last batch; then the next mail opens anew."""
        if self._socket is not None:
            self._start_afresh(waits_for_body=False)

    def _is_as_usual(self) -> bool:
        """Whether the answers to an envelope are those to the one before, letter for letter."""
        usual = self._usual
        while len(self._buffer) < len(usual) and usual.startswith(self._buffer):
            self._receive()
        if not usual or not self._buffer.startswith(usual):
            return False
        self._buffer = self._buffer[len(usual) :]
        return True

    def _offer(self, envelope: Envelope, *, is_riding: bool) -> Outcome | None:
        replies: list[_Reply] = []
        lines: list[bytes] = []
        if self._pipelining and not is_riding:
            self._write(b"".join(envelope))
        for command in envelope:
            if not self._pipelining:
                self._write(command)
            replies.append(self._read(lines))
            if replies[-1].code == _CLOSING:
                self.close()
                return replies[-1].outcome
            if not self._pipelining and not replies[-1].is_good:
                break
        if replies[0].code >= _PERMANENT:
            self.close()
            words = f"The mail server refuses the sender: {replies[0].text}"
            raise SmtpUnavailable(words, step="sender")
        refusal = next((reply for reply in replies if not reply.is_good), None)
        if refusal is None:
            self._usual = b"".join(lines)
            return None
        self._start_afresh(waits_for_body=replies[-1].code == _GO_AHEAD)
        return refusal.outcome

    def _start_afresh(self, *, waits_for_body: bool) -> None:
        """After a refusal: an empty body if the server waits for one, then RSET."""
        try:
            if waits_for_body:
                self._write(b".\r\n")
                self._read()
            self._write(b"RSET\r\n")
            if not self._read().is_good:
                self.close()
        except (_Broken, OSError):
            self.close()

    def _connect(self) -> None:
        raw = socket.create_connection(self._endpoint.address(), timeout=CONNECT_SECONDS)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._buffer = raw, b""
        if self._endpoint.security == "tls":
            self._secure()
        self._expect(self._read())

    def _secure(self) -> None:
        assert self._socket is not None
        context = self._endpoint.tls_context()
        self._socket = context.wrap_socket(self._socket, server_hostname=self._endpoint.host)

    def _greet(self) -> dict[str, str]:
        """EHLO, and STARTTLS when asked for; the server's features by name."""
        features = self._ehlo()
        if self._endpoint.security == "starttls":
            if "STARTTLS" not in features:
                raise _Broken("it offers no STARTTLS; use smtps:// or another server")
            self._expect(self._command(b"STARTTLS"))
            self._buffer = b""  # nothing said before TLS counts (CVE-2011-0411)
            self._secure()
            features = self._ehlo()
        self._wait_at_most(self._reply_seconds)
        return features

    def _wait_at_most(self, seconds: float) -> None:
        """For each answer. Python's own time-out asks the kernel before every call whether it would
        wait, and doubles the calls; so the kernel counts the time, but for TLS, which cannot."""
        assert self._socket is not None
        if isinstance(self._socket, ssl.SSLSocket):
            self._socket.settimeout(seconds)
            return
        self._socket.settimeout(None)
        time = struct.pack("ll", int(seconds), int(seconds % 1 * 1_000_000))
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._socket.setsockopt(socket.SOL_SOCKET, option, time)

    def _ehlo(self) -> dict[str, str]:
        reply = self._expect(self._command(f"EHLO {self.hello}".encode()))
        words = (line.strip().partition(" ") for line in reply.text.split("\n")[1:])
        return {name.upper(): rest.upper() for name, _, rest in words}

    def _sign_in(self, methods: str) -> None:
        user, password = self._endpoint.username, self._endpoint.password
        if "PLAIN" in methods.split():
            secret = base64.b64encode(f"\0{user}\0{password}".encode())
            self._expect(self._command(b"AUTH PLAIN " + secret))
        elif "LOGIN" in methods.split():
            self._expect(self._command(b"AUTH LOGIN"))
            self._expect(self._command(base64.b64encode(user.encode())))
            self._expect(self._command(base64.b64encode(password.encode())))
        else:
            raise _Broken("it offers neither AUTH PLAIN nor AUTH LOGIN")

    def _command(self, line: bytes) -> _Reply:
        self._write(line + b"\r\n")
        return self._read()

    def _expect(self, reply: _Reply) -> _Reply:
        if not reply.is_good:
            raise _Broken(f"it answered {reply.code} {reply.text}")
        return reply

    def _write(self, data: bytes) -> None:
        assert self._socket is not None
        self._socket.sendall(data)

    def _read(self, lines: list[bytes] | None = None) -> _Reply:
        """One reply, which may span lines (RFC 5321 section 4.2.1); they are added to `lines`."""
        heard = [self._line()]
        reply, more = _parsed(heard[0])
        texts = [reply.text]
        while more:
            if len(heard) >= _MAX_REPLY_LINES:
                raise _Broken("its answer is too long")
            heard.append(self._line())
            reply, more = _parsed(heard[-1])
            texts.append(reply.text)
        if lines is not None:
            lines += heard
        return reply if len(heard) == 1 else _reply(reply.code, "\n".join(texts))

    def _line(self) -> bytes:
        """One line, with its end."""
        while (end := self._buffer.find(b"\n")) < 0:
            self._receive()
        line, self._buffer = self._buffer[: end + 1], self._buffer[end + 1 :]
        return line

    def _receive(self) -> None:
        try:
            data = self._socket.recv(_RECEIVED) if self._socket is not None else b""
        except BlockingIOError as error:
            raise _Broken("it did not answer in time") from error
        if not data:
            raise _Broken("it hung up")
        self._buffer += data
        if len(self._buffer) > _MAX_REPLY:
            raise _Broken("its answer is too long")


def envelope_of(sender: str, mail: Mail) -> Envelope:
    """The commands of one message. Addresses are checked here again: a line break would be one
    command more."""
    address = safe_address(mail.address)
    path = safe_address(mail.return_path) if mail.return_path else sender
    return (
        f"MAIL FROM:<{path}>\r\n".encode(),
        f"RCPT TO:<{address}>\r\n".encode(),
        b"DATA\r\n",
    )
