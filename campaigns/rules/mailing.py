"""One mail in all the languages it is written in: each reader gets their own."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.rules.languages import primary
from campaigns.rules.program import Identity, Mail, Program, Recipient, Sign


@dataclass(frozen=True, slots=True)
class Mailing:
    """`main` is for all whose language is not among `others`, or not known. `note` is what the
    deliveries of its copies are marked with; see campaigns.rules.offers."""

    main: Program
    others: Mapping[str, Program]
    note: str = ""

    @property
    def identity(self) -> Identity:
        return self.main.identity

    @property
    def has_lists(self) -> bool:
        return any(program.has_lists for program in (self.main, *self.others.values()))

    def program_for(self, recipient: Recipient) -> Program:
        if not self.others:
            return self.main
        return self.others.get(primary(recipient.language), self.main)

    def render(
        self,
        recipient: Recipient,
        *,
        date: str,
        sign: Sign | None = None,
        return_domain: str = "",
    ) -> Mail:
        """See `Program.render`."""
        program = self.program_for(recipient)
        return program.render(recipient, date=date, sign=sign, return_domain=return_domain)
