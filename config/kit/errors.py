"""What a service raises when the answer is no: a code for programs, a sentence for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self


class DomainError(Exception):
    """A refusal. `message` says what to do; `code` is stable; `status` is the HTTP status."""

    code = "refused"
    status = 400

    def __init__(
        self, message: str, *, code: str | None = None, fields: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = fields or {}

    @classmethod
    def at(cls, field: str, message: str, *, code: str | None = None) -> Self:
        """A refusal of one field, in the words that stand beside it."""
        return cls(message, code=code, fields={field: message})


class Invalid(DomainError):
    """The input cannot be used; `fields` names each culprit."""

    code = "invalid"
    status = 422


class Conflict(DomainError):
    """The world has moved on: the state no longer allows it."""

    code = "conflict"
    status = 409


class NotAllowed(DomainError):
    """The actor may not do this."""

    code = "not_allowed"
    status = 403


class NotFound(DomainError):
    """Missing, or somebody else's: the two look the same."""

    code = "not_found"
    status = 404


@contextmanager
def naming(field: str, *, aloud: bool = False) -> Iterator[None]:
    """A ValueError raised inside refuses this field, in the same words; `aloud` puts the field's
    name before them, where a program sends many fields and shows one sentence."""
    try:
        yield
    except ValueError as error:
        message = f"{field}: {error}" if aloud else str(error)
        raise Invalid(message, fields={field: str(error)}) from error
