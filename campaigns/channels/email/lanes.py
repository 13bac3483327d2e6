"""Several connections to one mail server, used side by side by one thread.

While one mail waits for its answer the others leave, so that a server that takes its time is waited
for once, not for each. What holds for a connection holds for each of these: one message at most is
undecided.
"""

import time
from collections.abc import Callable, Generator, Iterable

from campaigns.channels.email.endpoint import Endpoint
from campaigns.channels.email.smtp import (
    Connection,
    Envelope,
    Outcome,
    SmtpUnavailable,
    envelope_of,
)
from campaigns.rules.encoding import safe_address
from campaigns.rules.program import Mail

# For so long we make do with as many connections as the server allowed.
_FEWER_SECONDS = 60.0


class _Queue:
    """Mails in their order; those whose lane did not open come first."""

    def __init__(self, mails: Iterable[Mail]) -> None:
        self._mails = iter(mails)
        self.given_back: list[Mail] = []

    def next(self) -> Mail | None:
        return self.given_back.pop() if self.given_back else next(self._mails, None)


class _Lane:
    """A connection, the mail whose turn it is there, and the one that is on its way."""

    def __init__(self, connection: Connection, sender: str, mail: Mail) -> None:
        self.connection = connection
        self.leaving: Mail | None = None
        self._sender = sender
        self._is_riding = False
        connection.check_idle()
        self.take(mail)

    def take(self, mail: Mail | None) -> None:
        self.mail = mail
        self._envelope: Envelope = envelope_of(self._sender, mail) if mail is not None else ()

    def offer(self) -> Outcome | None:
        """See `Connection.offer`."""
        riding, self._is_riding = self._is_riding, False
        return self.connection.offer(self._envelope, is_riding=riding)

    def hand_over(self, following: Mail | None) -> None:
        """The mail leaves, and the envelope of the following one with it."""
        self.leaving = self.mail
        self.take(following)
        assert self.leaving is not None
        self._is_riding = self.connection.hand_over(self.leaving.content, self._envelope)

    def answer(self) -> tuple[Mail, Outcome]:
        mail, self.leaving = self.leaving, None
        assert mail is not None
        return mail, self.connection.answer()


class Lanes(Connection):
    """Used like one connection, `count` of them to the same server; one that allows fewer gets
    fewer."""

    def __init__(self, endpoint: Endpoint, *, hello: str = "localhost", count: int) -> None:
        super().__init__(endpoint, hello=hello)
        self._connections = [Connection(endpoint, hello=hello) for _ in range(max(count, 1))]
        self._most = len(self._connections)
        self._again_at = 0.0

    def close(self) -> None:
        for connection in self._connections:
            connection.close()

    def send(
        self, sender: str, mails: Iterable[Mail], *, before: Callable[[Mail], None]
    ) -> Generator[tuple[Mail, Outcome], None, None]:
        """Send mails and yield what became of each, nearly in their order.

        `before(mail)` is called when the body is about to leave: from then until its outcome is
        yielded, a crash leaves this one message of its connection undecided. One mail for each
        connection is taken from `mails` ahead. Raises SmtpUnavailable when there is no connection
        at all; what was not yielded was not sent."""
        safe_sender = safe_address(sender)
        queue = _Queue(mails)
        if time.monotonic() >= self._again_at:
            self._most = len(self._connections)
        lanes: list[_Lane] = []
        try:
            for connection in self._connections[: self._most]:
                mail = queue.next()
                if mail is None:
                    break
                lanes.append(_Lane(connection, safe_sender, mail))
            while lanes:
                yield from self._round(lanes, queue, before)
                lanes[:] = [lane for lane in lanes if lane.mail is not None]
        finally:
            for lane in lanes:  # stopped early: who knows what is on its way
                if lane.mail is not None or lane.leaving is not None:
                    lane.connection.close()

    def _round(
        self, lanes: list[_Lane], queue: _Queue, before: Callable[[Mail], None]
    ) -> Generator[tuple[Mail, Outcome], None, None]:
        """One mail on each lane."""
        ready: list[_Lane] = []
        for lane in tuple(lanes):
            mail = lane.mail
            assert mail is not None
            try:
                refusal = lane.offer()
            except SmtpUnavailable:
                if not any(other.connection.is_open for other in lanes if other is not lane):
                    raise
                self._most, self._again_at = len(lanes) - 1, time.monotonic() + _FEWER_SECONDS
                queue.given_back.append(mail)
                lanes.remove(lane)
                continue
            if refusal is None:
                ready.append(lane)
            else:
                lane.take(queue.next())
                yield mail, refusal
        followings = [queue.next() for _ in ready]
        for lane, following in zip(ready, followings, strict=True):
            assert lane.mail is not None
            before(lane.mail)
            lane.hand_over(following)
        for lane in ready:
            yield lane.answer()
