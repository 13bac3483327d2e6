"""What carries mails away: a mail server, or a provider's API."""

from collections.abc import Callable, Generator, Iterable
from typing import Protocol

from campaigns.channels.email.endpoint import Endpoint
from campaigns.channels.email.smtp import REPLY_SECONDS, Connection, Outcome
from campaigns.channels.providers.accounts import Account
from campaigns.channels.providers.sending import ANSWER_SECONDS, ProviderWay
from campaigns.rules.program import Mail

Target = Endpoint | Account
"""Where mail goes: a mail server, or an account with a provider."""


class Way(Protocol):
    """Used by one thread; opens by itself, and again when it was lost."""

    def send(
        self, sender: str, mails: Iterable[Mail], *, before: Callable[[Mail], None]
    ) -> Generator[tuple[Mail, Outcome], None, None]:
        """Send these and yield what became of each, in order.

        `before(mail)` is called when it is about to leave: from then until its outcome is yielded,
        a crash leaves it undecided. Raises SmtpUnavailable when nothing can be sent now; what was
        not yielded was not sent."""

    def close(self) -> None:
        """Let go of the connection. Nothing is undecided between two calls of `send`."""


def way_to(
    target: Target,
    *,
    hello: str = "localhost",
    seconds: float | None = None,
    is_bulk: bool = False,
) -> Way:
    """The way to a target, not opened yet. `hello` is our name to a mail server, `seconds` how long
    an answer may take (None: as usual), `is_bulk`: for campaigns."""
    if isinstance(target, Endpoint):
        return Connection(target, hello=hello, reply_seconds=seconds or REPLY_SECONDS)
    return ProviderWay(target, seconds=seconds or ANSWER_SECONDS, is_bulk=is_bulk)
