"""What a service raises when the answer is no: a code for programs, a sentence for people."""


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
