"""A pipelining SMTP client that always knows which message was acknowledged.

RFC 5321, with RFC 2920 when the server offers it: the next envelope rides with the previous body,
so a message costs one round trip. At any instant at most one message of a connection is undecided:
its body was handed over and no answer has come. If the connection breaks then, the outcome is
`unknown`; in every other case it is certain that the message was not accepted.
"""

import base64
import re
import socket
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import TracebackType

from campaigns.channels.email.endpoint import Endpoint
from campaigns.rules.encoding import safe_address
from campaigns.rules.program import Mail

CONNECT_SECONDS = 15.0
REPLY_SECONDS = 60.0
_MAX_REPLY = 65_536
_MAX_REPLY_LINES = 100
_GO_AHEAD = 354
_CLOSING = 421
_PERMANENT = 500
_HOST = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


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


class SmtpUnavailable(Exception):
    """The server cannot be used now: no connection, no welcome, or a refused sign-in."""


class _Broken(Exception):
    """The connection ended in the middle of a conversation."""


@dataclass(frozen=True, slots=True)
class _Reply:
    code: int
    text: str

    @property
    def is_good(self) -> bool:
        return 200 <= self.code < 400

    def outcome(self) -> Outcome:
        if self.is_good:
            return Outcome(Verdict.ACCEPTED, self.code, self.text)
        verdict = Verdict.REFUSED if 500 <= self.code < 600 else Verdict.LATER
        return Outcome(verdict, self.code, self.text)


@lru_cache(maxsize=128)
def _parsed(line: bytes) -> tuple[_Reply, bool]:
    """One line of a reply, and whether more follow; most servers say the same all day.

    PostgreSQL keeps no NUL, and a result that cannot be kept would stop its sender."""
    if not line[:3].isdigit():
        raise _Broken(f"it answered {line[:80]!r}")
    text = line[4:].decode("utf-8", "replace").replace("\0", "").rstrip()
    return _Reply(int(line[:3]), text), line[3:4] == b"-"


class Connection:
    """One kept connection: opens by itself, reopens when lost, and is used by one thread."""

    def __init__(self, endpoint: Endpoint, *, hello: str = "localhost") -> None:
        self._endpoint = endpoint
        # Servers refuse a name that is none, such as one with an underscore (RFC 5321, 4.1.1.1).
        self._hello = hello if _HOST.fullmatch(hello) else "localhost"
        self._socket: socket.socket | None = None
        self._buffer = b""
        self._pipelining = False

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
        self._socket, self._buffer = None, b""

    def open(self) -> None:
        """Connect, secure and sign in; raises SmtpUnavailable with the server's words."""
        try:
            self._connect()
            features = self._greet()
            if self._endpoint.username:
                self._sign_in(features.get("AUTH", ""))
            self._pipelining = "PIPELINING" in features
        except (_Broken, OSError) as error:
            self.close()
            place = f"{self._endpoint.host}:{self._endpoint.port}"
            raise SmtpUnavailable(f"The mail server {place} cannot be used: {error}") from error

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
        riding = False
        self._check_idle_connection()
        try:
            while mail is not None:
                if self._socket is None:
                    self.open()
                    riding = False
                following = next(queue, None)
                envelopes = [_envelope(safe_sender, each) for each in (mail, following) if each]
                outcome, riding = self._deliver(mail, envelopes, before, riding=riding)
                yield mail, outcome
                mail = following
        finally:
            if mail is not None:  # stopped early: the next envelope may be on its way
                self.close()

    def _deliver(
        self,
        mail: Mail,
        envelopes: list[tuple[bytes, bytes, bytes]],
        before: Callable[[Mail], None],
        *,
        riding: bool,
    ) -> tuple[Outcome, bool]:
        """One message; `envelopes` is its own and, if there is one, the next one's.

        Returns the outcome and whether the next envelope is on its way already."""
        try:
            refusal = self._offer(envelopes[0], riding=riding)
        except (_Broken, OSError) as error:
            self.close()
            return Outcome(Verdict.LATER, text=f"The connection was lost: {error}"), False
        if refusal is not None:
            return refusal, False
        ahead = b"".join(envelopes[1]) if self._pipelining and len(envelopes) > 1 else b""
        before(mail)
        try:
            self._write(mail.content + b".\r\n" + ahead)
            reply = self._read()
        except (_Broken, OSError) as error:
            self.close()
            return Outcome(Verdict.UNKNOWN, text=f"The connection was lost: {error}"), False
        if reply.code == _CLOSING:
            self.close()
        return reply.outcome(), bool(ahead)

    def _offer(self, envelope: tuple[bytes, bytes, bytes], *, riding: bool) -> Outcome | None:
        """The envelope up to DATA; None when the body may follow, else the refusal."""
        replies: list[_Reply] = []
        if self._pipelining and not riding:
            self._write(b"".join(envelope))
        for command in envelope:
            if not self._pipelining:
                self._write(command)
            replies.append(self._read())
            if replies[-1].code == _CLOSING:
                self.close()
                return replies[-1].outcome()
            if not self._pipelining and not replies[-1].is_good:
                break
        if replies[0].code >= _PERMANENT:
            self.close()
            raise SmtpUnavailable(f"The mail server refuses the sender: {replies[0].text}")
        refusal = next((reply for reply in replies if not reply.is_good), None)
        if refusal is None:
            return None
        self._start_afresh(waits_for_body=replies[-1].code == _GO_AHEAD)
        return refusal.outcome()

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

    def _check_idle_connection(self) -> None:
        """A server may have hung up since the last batch; then the next mail opens anew."""
        if self._socket is not None:
            self._start_afresh(waits_for_body=False)

    def _connect(self) -> None:
        address = (self._endpoint.host, self._endpoint.port)
        raw = socket.create_connection(address, timeout=CONNECT_SECONDS)
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
        assert self._socket is not None
        self._socket.settimeout(REPLY_SECONDS)
        return features

    def _ehlo(self) -> dict[str, str]:
        reply = self._expect(self._command(f"EHLO {self._hello}".encode()))
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

    def _read(self) -> _Reply:
        """One reply, which may span lines (RFC 5321 section 4.2.1)."""
        reply, more = _parsed(self._line())
        if not more:
            return reply
        texts = [reply.text]
        while more:
            if len(texts) >= _MAX_REPLY_LINES:
                raise _Broken("its answer is too long")
            reply, more = _parsed(self._line())
            texts.append(reply.text)
        return _Reply(reply.code, "\n".join(texts))

    def _line(self) -> bytes:
        assert self._socket is not None
        while b"\n" not in self._buffer:
            data = self._socket.recv(65_536)
            if not data:
                raise _Broken("it hung up")
            self._buffer += data
            if len(self._buffer) > _MAX_REPLY:
                raise _Broken("its answer is too long")
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line


def _envelope(sender: str, mail: Mail) -> tuple[bytes, bytes, bytes]:
    """The commands of one message. Addresses are checked here again: a line break would be one
    command more."""
    address = safe_address(mail.address)
    path = safe_address(mail.return_path) if mail.return_path else sender
    return (
        f"MAIL FROM:<{path}>\r\n".encode(),
        f"RCPT TO:<{address}>\r\n".encode(),
        b"DATA\r\n",
    )
