"""What every step of the check stands on: what it says, what it expects, and the inbox."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_string, policy
from email.message import EmailMessage

from django.conf import settings

from accounts.models.brands import Brand
from campaigns.channels.email.inbox import Entry, Inbox

PATIENCE_SECONDS = 300.0


class CheckFailed(Exception):
    """A step did not give what the sample data must give."""


@dataclass
class Walk:
    """What the steps hand to each other."""

    say: Callable[[str], object]
    brand: Brand
    steps: int = 0
    started: float = field(default_factory=time.monotonic)

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str], None]]:
        """Time a step; the body calls the given function with what it counted."""
        began = time.monotonic()
        found: list[str] = []
        yield found.append
        self.steps += 1
        self.say(f"{self.steps:>2}  {name:<22} {time.monotonic() - began:6.1f} s  {found[0]}")


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise CheckFailed(f"{what}: {found}, but the orders give {wanted}.")


def wait_until(what: str, is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        if time.monotonic() > deadline:
            raise CheckFailed(f"{what} was not done within {PATIENCE_SECONDS:.0f} s.")
        time.sleep(0.2)


def arrived(subject: str) -> list[Entry]:
    """The mails of the built-in inbox with this subject."""
    inbox = _inbox()
    return [entry for entry in inbox.entries(limit=inbox.count()) if entry.subject == subject]


def mail_of(entry: Entry) -> EmailMessage:
    letter = _inbox().letter(entry.id)
    assert letter is not None
    message = message_from_string(letter.source, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _inbox() -> Inbox:
    return Inbox(settings.RAPPORT_HOME / "inbox")
