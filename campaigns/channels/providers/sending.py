"""Mail by the API of a provider, through django-anymail; in batches where the provider takes them.

A batch is one request: until its answer is here, all of it is undecided. The provider builds the
mail again from its parts and signs it itself; our Message-ID goes along, and once more as metadata,
so that what the provider reports later is known again.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from http import HTTPStatus
from itertools import islice
from typing import Any

from anymail.exceptions import AnymailRequestsAPIError
from anymail.message import AnymailMessage
from django.utils.module_loading import import_string
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from campaigns.channels.email.smtp import Outcome, SmtpUnavailable, Verdict
from campaigns.rules.program import Mail

# The name under which our Message-ID goes along.
METADATA = "rapport"
ANSWER_SECONDS = 30.0
_LONGEST_WORDS = 300
_TAKEN = {"sent", "queued"}
# The same in all copies, or each copy's own.
_COMMON = ("Reply-To", "List-Id", "List-Unsubscribe-Post", "Feedback-ID")
_OWN = ("Message-ID", "List-Unsubscribe")
_WRONG_KEY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


@dataclass(frozen=True, slots=True)
class Provider:
    """One row of the table: the backend, the name of its secret, what else it is told (`bulk`: for
    campaigns), and how many mails one request takes."""

    name: str
    backend: str
    secret: str
    options: dict[str, Any] = field(default_factory=dict)
    bulk: dict[str, Any] = field(default_factory=dict)
    batch: int = 1


PROVIDERS: dict[str, Provider] = {
    "mailgun": Provider(
        "Mailgun",
        "anymail.backends.mailgun.EmailBackend",
        "api_key",
        {"api_url": "https://api.mailgun.net/v3"},
        batch=100,
    ),
    "mailgun_eu": Provider(
        "Mailgun",
        "anymail.backends.mailgun.EmailBackend",
        "api_key",
        {"api_url": "https://api.eu.mailgun.net/v3"},
        batch=100,
    ),
    "postmark": Provider(
        "Postmark",
        "anymail.backends.postmark.EmailBackend",
        "server_token",
        {"api_url": "https://api.postmarkapp.com/", "message_stream": "outbound"},
        # Mail to many has to go by a stream of its own there.
        bulk={"message_stream": "broadcast"},
    ),
}


@dataclass(frozen=True, slots=True)
class Account:
    """A brand's account with a provider; `kind` is a key of PROVIDERS."""

    kind: str
    secret: str = field(repr=False)

    @property
    def provider(self) -> Provider:
        return PROVIDERS[self.kind]


class ProviderWay:
    """A kept HTTP session with one provider (see campaigns.channels.ways.Way)."""

    def __init__(
        self, account: Account, *, seconds: float = ANSWER_SECONDS, is_bulk: bool = False
    ) -> None:
        provider = self._provider = account.provider
        options = {**provider.options, provider.secret: account.secret}
        if is_bulk:
            options |= provider.bulk
        self._backend = import_string(self._provider.backend)(
            timeout=seconds,
            ignore_recipient_status=True,
            ignore_unsupported_features=True,
            **options,
        )

    def close(self) -> None:
        self._backend.close()

    def send(
        self, sender: str, mails: Iterable[Mail], *, before: Callable[[Mail], None]
    ) -> Generator[tuple[Mail, Outcome], None, None]:
        queue = iter(mails)
        while batch := list(islice(queue, self._provider.batch)):
            for mail in batch:
                before(mail)
            yield from self._handed_over(batch)

    def _handed_over(self, batch: Sequence[Mail]) -> Generator[tuple[Mail, Outcome], None, None]:
        """One request, or one for each when the provider refuses them together."""
        try:
            found = self._request(batch)
        except AnymailRequestsAPIError as error:
            if error.status_code is not None and _is_refusal(error.status_code):
                yield from self._one_by_one(batch, error)
                return
            outcome = _undecided(error)
            for mail in batch:
                yield mail, outcome
            raise SmtpUnavailable(self._words(error), step=_step(error)) from error
        for mail in batch:
            yield mail, _outcome(found.get(mail.address))

    def _one_by_one(
        self, batch: Sequence[Mail], error: AnymailRequestsAPIError
    ) -> Generator[tuple[Mail, Outcome], None, None]:
        if len(batch) > 1:
            for mail in batch:
                yield from self._handed_over([mail])
            return
        said = _said(error)
        yield batch[0], Outcome(Verdict.REFUSED, int(error.status_code or 0), said)

    def _request(self, batch: Sequence[Mail]) -> dict[str, Any]:
        """What the provider says about each address."""
        message = as_message(batch, is_batch=self._provider.batch > 1)
        self._backend.open()
        # Neither proxies of the environment nor redirects: the key goes to the provider alone.
        self._backend.session.trust_env = False
        self._backend.session.max_redirects = 0
        self._backend.send_messages([message])
        found: dict[str, Any] = message.anymail_status.recipients
        return found

    def _words(self, error: AnymailRequestsAPIError) -> str:
        name = self._provider.name
        if error.status_code in _WRONG_KEY:
            return f"{name} refuses the key or the sender's domain: {_said(error)}"
        return f"{name} cannot be used now: {_said(error)}"


def as_message(batch: Sequence[Mail], *, is_batch: bool) -> AnymailMessage:
    """Copies of one mail as one message: what differs goes along for each address."""
    parser = BytesParser(policy=modern)
    copies = {mail.address: parser.parsebytes(mail.content) for mail in batch}
    first = next(iter(copies.values()))
    parts = {address: _parts(copy) for address, copy in copies.items()}
    shown = {name: f"%recipient.{name}%" for name in ("subject", "text", "html")}
    if not is_batch:
        shown = parts[batch[0].address]
    message = AnymailMessage(  # type: ignore[no-untyped-call]
        subject=shown["subject"],
        body=shown["text"],
        from_email=str(first["From"]),
        to=[*copies],
        headers={name: str(first[name]) for name in _COMMON if first[name]},
    )
    if parts[batch[0].address]["html"]:
        message.attach_alternative(shown["html"], "text/html")
    message.track_clicks = message.track_opens = False
    own = {address: _own_headers(copy) for address, copy in copies.items()}
    ids = {address: {METADATA: str(copy["Message-ID"])} for address, copy in copies.items()}
    if is_batch:
        message.merge_data, message.merge_headers, message.merge_metadata = parts, own, ids
    else:
        message.extra_headers |= own[batch[0].address]
        message.metadata = ids[batch[0].address]
    return message


def _parts(copy: EmailMessage) -> dict[str, str]:
    text, html = copy.get_body(("plain",)), copy.get_body(("html",))
    return {
        "subject": str(copy["Subject"]),
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
    }


def _own_headers(copy: EmailMessage) -> dict[str, str]:
    return {name: str(copy[name]) for name in _OWN if copy[name]}


def _outcome(status: Any) -> Outcome:
    if status is None or status.status == "unknown":
        return Outcome(Verdict.UNKNOWN, text="The provider did not say what became of it")
    if status.status in _TAKEN:
        return Outcome(Verdict.ACCEPTED, int(HTTPStatus.OK), str(status.message_id or ""))
    return Outcome(Verdict.REFUSED, text=f"The provider refuses this address ({status.status})")


def _is_refusal(status: int) -> bool:
    """Whether the request itself was refused, so that another of its mails might not be."""
    return 400 <= status < 500 and status not in _WRONG_KEY | _BUSY


def _undecided(error: AnymailRequestsAPIError) -> Outcome:
    """Nothing has left when nobody was reached, or a clear no came back."""
    code = error.status_code
    is_certain = code in _WRONG_KEY | _BUSY if code is not None else _is_unreached(error)
    verdict = Verdict.LATER if is_certain else Verdict.UNKNOWN
    return Outcome(verdict, text=_said(error))


def _is_unreached(error: BaseException) -> bool:
    """Whether the connection itself failed; urllib3 says so at the root of the trouble."""
    cause = error.__cause__
    root = cause.args[0] if cause is not None and cause.args else None
    reason = root.reason if isinstance(root, MaxRetryError) else root
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _step(error: AnymailRequestsAPIError) -> str:
    return "sign_in" if error.status_code in _WRONG_KEY else "connect"


def _said(error: AnymailRequestsAPIError) -> str:
    response = getattr(error, "response", None)
    text = response.text if response is not None else str(error.__cause__ or error)
    said = f"{error.status_code or ''} {' '.join(text.split())}".strip()
    return said.replace("\0", "")[:_LONGEST_WORDS]
