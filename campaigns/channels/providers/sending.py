"""Mail by the API of a provider, through django-anymail; in batches where the provider takes them.

A batch is one request: until its answer is here, all of it is undecided. The provider builds the
mail again from its parts and signs it itself; our Message-ID goes along, and once more as metadata,
so that what the provider reports later is known again.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default as modern
from http import HTTPStatus
from typing import Any
from urllib.parse import urljoin

import msgspec
from anymail.exceptions import AnymailRequestsAPIError
from anymail.message import AnymailMessage
from django.utils.module_loading import import_string
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from campaigns.channels.email.smtp import Outcome, SmtpUnavailable, Verdict
from campaigns.channels.providers.accounts import COMMON, OWN, Account, Provider
from campaigns.channels.providers.joint import Joint
from campaigns.rules.program import Mail

# The name under which our Message-ID goes along.
METADATA = "rapport"
ANSWER_SECONDS = 30.0
# So many refusals and nothing taken between are the account's fault, not the addresses'.
MOST_REFUSALS = 20
_LONGEST_WORDS = 300
_TAKEN = {"sent", "queued"}
_WRONG_KEY = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.PAYMENT_REQUIRED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
}
# 420 is SparkPost's "your account has sent enough for now".
_BUSY = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, 420}


class ProviderWay:
    """A kept HTTP session with one provider (see campaigns.channels.ways.Way)."""

    def __init__(
        self, account: Account, *, seconds: float = ANSWER_SECONDS, is_bulk: bool = False
    ) -> None:
        provider = self._provider = account.provider
        options = {**provider.options, provider.key: account.secret}
        if provider.user:
            options[provider.user] = account.user
        if is_bulk:
            options |= provider.bulk
        self._refusals = 0
        self._backend = import_string(provider.backend)(
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
        for batch in _batches(mails, self._provider.batch):
            for mail in batch:
                before(mail)
            for mail, outcome in self._handed_over(batch):
                self._count(outcome)
                yield mail, outcome
            if self._is_refused_throughout:
                words = f"{self._provider.name} refuses one mail after the other: {outcome.said}"
                raise SmtpUnavailable(words, step="sender")

    @property
    def _is_refused_throughout(self) -> bool:
        return self._refusals >= MOST_REFUSALS

    def _count(self, outcome: Outcome) -> None:
        if outcome.verdict is Verdict.REFUSED:
            self._refusals += 1
        elif outcome.verdict is Verdict.ACCEPTED:
            self._refusals = 0

    def _handed_over(self, batch: Sequence[Mail]) -> Generator[tuple[Mail, Outcome], None, None]:
        """One request, or one for each when the provider refuses them together."""
        try:
            yield from zip(batch, self._request(batch), strict=True)
        except AnymailRequestsAPIError as error:
            code = self._code(error)
            if code is not None and _is_refusal(code):
                yield from self._one_by_one(batch, error)
                return
            outcome = _undecided(error, code)
            for mail in batch:
                yield mail, outcome
            step = "sign_in" if code in _WRONG_KEY else "connect"
            raise SmtpUnavailable(self._words(error, code), step=step) from error

    def _one_by_one(
        self, batch: Sequence[Mail], error: AnymailRequestsAPIError
    ) -> Generator[tuple[Mail, Outcome], None, None]:
        if len(batch) > 1:
            for mail in batch:
                if self._is_refused_throughout:
                    yield mail, Outcome(Verdict.LATER, text=_said(error))
                else:
                    yield from self._handed_over([mail])
            return
        yield batch[0], Outcome(Verdict.REFUSED, self._code(error) or 0, _said(error))

    def _request(self, batch: Sequence[Mail]) -> list[Outcome]:
        """What the provider says of each mail. Raises AnymailRequestsAPIError."""
        self._backend.open()
        # Neither proxies of the environment nor redirects: the key goes to the provider alone.
        self._backend.session.trust_env = False
        self._backend.session.max_redirects = 0
        if self._provider.joint is not None:
            return self._jointly(batch, self._provider.joint)
        message = as_message(batch, self._provider)
        self._backend.send_messages([message])
        found = message.anymail_status.recipients
        return [_outcome(found.get(mail.address)) for mail in batch]

    def _jointly(self, batch: Sequence[Mail], joint: Joint) -> list[Outcome]:
        messages = [as_message([mail], self._provider) for mail in batch]
        payloads = [
            self._backend.build_message_payload(message, self._backend.send_defaults)
            for message in messages
        ]
        request = _Joined(payloads, joint)
        response = self._backend.post_to_esp(request, messages[0])
        try:
            outcomes = joint.outcomes(msgspec.json.decode(response.content))
        except (msgspec.DecodeError, AttributeError, LookupError, TypeError):
            outcomes = None
        if outcomes is None and not response.ok:
            raise AnymailRequestsAPIError(  # type: ignore[no-untyped-call]
                email_message=messages[0], response=response, backend=self._backend
            )
        if outcomes is None or len(outcomes) != len(batch):
            return [_outcome(None)] * len(batch)
        return outcomes

    def _code(self, error: AnymailRequestsAPIError) -> int | None:
        """The HTTP status; None when no answer came."""
        response, code_of = getattr(error, "response", None), self._provider.code_of
        status: int | None = error.status_code
        if response is None or status is None or code_of is None:
            return status
        try:
            return code_of(status, response.json())
        except ValueError:
            return status

    def _words(self, error: AnymailRequestsAPIError, code: int | None) -> str:
        name = self._provider.name
        if code in _WRONG_KEY:
            return f"{name} refuses the key or the sender's domain: {_said(error)}"
        return f"{name} cannot be used now: {_said(error)}"


class _Joined:
    """Requests for one mail each, as one."""

    def __init__(self, payloads: Sequence[Any], joint: Joint) -> None:
        self._payloads, self._joint = payloads, joint

    def get_request_params(self, api_url: str) -> dict[str, Any]:
        asked = [payload.get_request_params(api_url) for payload in self._payloads]
        body = self._joint.join([msgspec.json.decode(each["data"]) for each in asked])
        return {
            **asked[0],
            "url": urljoin(api_url, self._joint.path),
            "data": msgspec.json.encode(body),
        }


def _batches(mails: Iterable[Mail], most: int) -> Iterator[list[Mail]]:
    """So many at once, and no address twice in one: some providers answer by address."""
    batch: dict[str, Mail] = {}
    for mail in mails:
        if mail.address in batch or len(batch) == most:
            yield [*batch.values()]
            batch = {}
        batch[mail.address] = mail
    if batch:
        yield [*batch.values()]


def as_message(batch: Sequence[Mail], provider: Provider) -> AnymailMessage:
    """Copies of one mail as one message: what differs goes along for each address."""
    parser = BytesParser(policy=modern)
    copies = {mail.address: parser.parsebytes(mail.content) for mail in batch}
    first = next(iter(copies.values()))
    parts = {address: _parts(copy) for address, copy in copies.items()}
    is_merged = provider.batch > 1 and provider.joint is None
    shown = {name: f"%recipient.{name}%" for name in ("subject", "text", "html")}
    if not is_merged:
        shown = parts[batch[0].address]
    message = AnymailMessage(  # type: ignore[no-untyped-call]
        subject=shown["subject"],
        body=shown["text"],
        from_email=str(first["From"]),
        to=[*copies],
        headers=_headers(first, COMMON, provider),
    )
    if parts[batch[0].address]["html"]:
        message.attach_alternative(shown["html"], "text/html")
    message.track_clicks = message.track_opens = False
    own = {address: _headers(copy, OWN, provider) for address, copy in copies.items()}
    ids = {address: {METADATA: str(copy["Message-ID"])} for address, copy in copies.items()}
    if is_merged:
        message.merge_data, message.merge_headers, message.merge_metadata = parts, own, ids
    else:
        message.extra_headers |= own[batch[0].address]
        message.metadata = ids[batch[0].address]
        if provider.tags:
            message.tags = [*message.metadata.values()]
        if provider.further is not None:
            message.esp_extra = provider.further(first)
    return message


def _parts(copy: EmailMessage) -> dict[str, str]:
    text, html = copy.get_body(("plain",)), copy.get_body(("html",))
    return {
        "subject": str(copy["Subject"]),
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
    }


def _headers(copy: EmailMessage, names: Iterable[str], provider: Provider) -> dict[str, str]:
    wanted = (name for name in names if name not in provider.kept_back)
    return {name: str(copy[name]) for name in wanted if copy[name]}


def _outcome(status: Any) -> Outcome:
    if status is None or status.status == "unknown":
        return Outcome(Verdict.UNKNOWN, text="The provider did not say what became of it")
    if status.status in _TAKEN:
        return Outcome(Verdict.ACCEPTED, int(HTTPStatus.OK), str(status.message_id or ""))
    return Outcome(Verdict.REFUSED, text=f"The provider refuses this address ({status.status})")


def _is_refusal(status: int) -> bool:
    """Whether the request itself was refused, so that another of its mails might not be."""
    return 400 <= status < 500 and status not in _WRONG_KEY | _BUSY


def _undecided(error: AnymailRequestsAPIError, code: int | None) -> Outcome:
    """Nothing has left when nobody was reached, or a clear no came back."""
    is_certain = code in _WRONG_KEY | _BUSY if code is not None else _is_unreached(error)
    verdict = Verdict.LATER if is_certain else Verdict.UNKNOWN
    return Outcome(verdict, text=_said(error))


def _is_unreached(error: BaseException) -> bool:
    """Whether the connection itself failed; urllib3 says so at the root of the trouble."""
    cause = error.__cause__
    root = cause.args[0] if cause is not None and cause.args else None
    reason = root.reason if isinstance(root, MaxRetryError) else root
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _said(error: AnymailRequestsAPIError) -> str:
    response = getattr(error, "response", None)
    text = response.text if response is not None else str(error.__cause__ or error)
    said = f"{error.status_code or ''} {' '.join(text.split())}".strip()
    return said.replace("\0", "")[:_LONGEST_WORDS]
