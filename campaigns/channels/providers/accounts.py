"""The providers whose API carries mail: one row each. A provider is added here, not by a class."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import Any

from anymail.exceptions import AnymailNotSupportedWarning

from campaigns.channels.providers import joint
from campaigns.channels.providers.joint import Joint

# Anymail's people have no account there any more; tests/campaigns/provider.py holds its API for us.
warnings.filterwarnings("ignore", message=".*SendGrid", category=AnymailNotSupportedWarning)

# The headers that go along with a mail: the same in all copies, or each copy's own.
COMMON = ("Reply-To", "List-Id", "List-Unsubscribe-Post", "Feedback-ID")
OWN = ("Message-ID", "List-Unsubscribe")


@dataclass(frozen=True, slots=True)
class Provider:
    """`key` and `user` are the backend's names of the key and, where there is one, of its public
    half; `options` and `bulk` what else it is told, `bulk` for campaigns only.

    `batch` mails go in one request: whole mails as `joint` lays them out, or one text with each
    address's own values. `kept_back` are headers that only the provider sets. `tags`: it reports no
    metadata, so our Message-ID goes along as a tag. `code_of` finds the HTTP status that is meant
    by the one that came and the body."""

    name: str
    backend: str
    key: str = "api_key"
    user: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    bulk: Mapping[str, Any] = field(default_factory=dict)
    batch: int = 1
    joint: Joint | None = None
    kept_back: frozenset[str] = frozenset()
    further: Callable[[EmailMessage], dict[str, Any]] | None = None
    tags: bool = False
    code_of: Callable[[int, Any], int] | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """A brand's account with a provider; `kind` is a key of PROVIDERS."""

    kind: str
    secret: str = field(repr=False)
    user: str = ""

    @property
    def provider(self) -> Provider:
        return PROVIDERS[self.kind]


def _list_unsubscribe(copy: EmailMessage) -> dict[str, Any]:
    """MailerSend lets few accounts set headers, and has a field of its own for this one."""
    found = str(copy["List-Unsubscribe"] or "")
    return {"list_unsubscribe": found} if found else {}


def _code_of_mandrill(status: int, said: Any) -> int:
    """Mandrill answers 500 to whatever it refuses, and names it."""
    names = {"Invalid_Key": 401, "PaymentRequired": 402, "ValidationError": 422}
    return names.get(str(said.get("name")), status) if isinstance(said, dict) else status


_MAILGUN = Provider(
    "Mailgun",
    "anymail.backends.mailgun.EmailBackend",
    options={"api_url": "https://api.mailgun.net/v3"},
    batch=100,
)
_SPARKPOST = Provider("SparkPost", "anymail.backends.sparkpost.EmailBackend")
# One mail a request where it has to be: SendGrid takes 10 kB of each address's own words, Mandrill
# no headers of its own, SparkPost does not say whom it refused, and MailerSend says it later.
PROVIDERS: dict[str, Provider] = {
    "brevo": Provider("Brevo", "anymail.backends.brevo.EmailBackend", batch=100, joint=joint.BREVO),
    "mailersend": Provider(
        "MailerSend",
        "anymail.backends.mailersend.EmailBackend",
        "api_token",
        kept_back=frozenset(OWN) | frozenset(COMMON) - {"Reply-To"},
        further=_list_unsubscribe,
        tags=True,
    ),
    "mailgun": _MAILGUN,
    "mailgun_eu": replace(_MAILGUN, options={"api_url": "https://api.eu.mailgun.net/v3"}),
    "mailjet": Provider(
        "Mailjet",
        "anymail.backends.mailjet.EmailBackend",
        "secret_key",
        user="api_key",
        batch=50,
        joint=joint.MAILJET,
        kept_back=frozenset({"Message-ID", "List-Id"}),
    ),
    "mandrill": Provider(
        "Mandrill", "anymail.backends.mandrill.EmailBackend", code_of=_code_of_mandrill
    ),
    "postmark": Provider(
        "Postmark",
        "anymail.backends.postmark.EmailBackend",
        "server_token",
        options={"message_stream": "outbound"},
        # Mail to many has to go by a stream of its own there.
        bulk={"message_stream": "broadcast"},
        batch=100,
        joint=joint.POSTMARK,
    ),
    "resend": Provider(
        "Resend", "anymail.backends.resend.EmailBackend", batch=100, joint=joint.RESEND
    ),
    "sendgrid": Provider("SendGrid", "anymail.backends.sendgrid.EmailBackend"),
    "spark_eu": replace(_SPARKPOST, options={"api_url": "https://api.eu.sparkpost.com/api/v1"}),
    "sparkpost": _SPARKPOST,
}
