"""Which key signs a brand's mails now: looked up every minute, never frozen with a campaign."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from campaigns.channels.email.dkim import Dkim
from campaigns.rules.program import Sign
from campaigns.rules.rendering import Unsendable
from campaigns.selectors.domains import SigningKey
from campaigns.services.desk import Desk
from config.kit.sealed import Unreadable

_FRESH_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Signing:
    """How a sender's mails are signed (None: not by us), and where bounces come back to."""

    dkim: Dkim | None = None
    return_domain: str = ""

    @classmethod
    def by(cls, key: SigningKey | None) -> Self:
        """Raises ValueError for a key that is none."""
        if key is None:
            return cls()
        return cls(Dkim(key.domain, key.selector, key.private_pem), key.return_domain)

    def at(self, moment: datetime) -> Sign | None:
        """Signs with this moment as the time of signing."""
        dkim = self.dkim
        if dkim is None:
            return None
        seconds = int(moment.timestamp())
        return lambda head, body: dkim.sign(head, body, at=seconds)


class Signatures:
    """One sender process's keys, by brand and sending address."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[tuple[int, str], tuple[float, Signing]] = {}

    def of(self, brand_id: int, sender: str) -> Signing:
        """Raises Unsendable when the key cannot be read."""
        until, signing = self._known.get((brand_id, sender), (0.0, Signing()))
        if time.monotonic() < until:
            return signing
        signing = self._found(brand_id, sender)
        self._known[brand_id, sender] = (time.monotonic() + _FRESH_SECONDS, signing)
        return signing

    def _found(self, brand_id: int, sender: str) -> Signing:
        try:
            return Signing.by(self._desk.signing_key(brand_id, sender))
        except (Unreadable, ValueError) as error:
            raise Unsendable(
                "The key that signs these mails cannot be read any more. Make a new one: Settings, "
                "Sending domains."
            ) from error
