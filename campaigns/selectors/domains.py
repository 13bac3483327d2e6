"""Which domains a brand sends from, what is published for them, and which key signs."""

from dataclasses import dataclass

from django.conf import settings

from campaigns.models.domains import SendingDomain
from campaigns.rules.domains import (
    NO_SENDER,
    Finding,
    Record,
    Verdict,
    is_within,
    records_for,
)
from campaigns.rules.rendering import Unsendable
from config.kit.errors import Invalid
from config.kit.sealed import unseal

SEALED_FOR = "dkim key"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """What signs a mail (RFC 6376): d=, s=, the algorithm (rsa, ed25519), PKCS 8 in PEM, and where
    bounces come back to ("" for the sender's own address)."""

    domain: str
    selector: str
    algorithm: str
    private_pem: str
    return_domain: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A record to publish beside what was found in its place (None: not looked yet)."""

    record: Record
    finding: Finding | None


def domains() -> list[SendingDomain]:
    return list(SendingDomain.objects.order_by("domain"))


def rows_of(domain: SendingDomain) -> list[Row]:
    """Its records in the order in which they are set up."""
    records = records_for(
        domain=domain.domain,
        selector=domain.selector,
        algorithm=domain.algorithm,
        public_key=domain.public_key,
        spf=settings.SENDING_SPF,
    )
    return [Row(each, _finding(domain.findings.get(each.kind))) for each in records]


def signing_key(sender: str) -> SigningKey | None:
    """The key for mails from this address: that of the nearest verified domain, or none.

    Raises Unreadable when SECRET_KEY was changed since the key was made."""
    row = _domain_of(sender)
    if row is None:
        return None
    return kept_key(row.domain, row.selector, row.algorithm, row.private_key, row.return_domain)


def kept_key(*kept: str) -> SigningKey:
    """The key behind these columns: domain, selector, algorithm, private key, return domain.

    Raises Unreadable when SECRET_KEY was changed since the key was made."""
    domain, selector, algorithm, sealed, return_domain = kept
    pem = unseal(sealed, purpose=SEALED_FOR)
    return SigningKey(domain, selector, algorithm, pem, return_domain)


def check_sender(sender: str) -> None:
    """Raises Invalid without a sender, Unsendable when this installation asks for verified domains
    and the sender's is none."""
    if not sender:
        raise Invalid(NO_SENDER)
    if settings.REQUIRE_VERIFIED_DOMAINS and _domain_of(sender) is None:
        domain = sender.rpartition("@")[2] or "the sender's domain"
        raise Unsendable(
            f"{domain} is not verified yet. Publish its records: Settings, Sending domains."
        )


def _domain_of(sender: str) -> SendingDomain | None:
    found = [
        row
        for row in SendingDomain.objects.filter(state=SendingDomain.State.VERIFIED)
        if is_within(sender, row.domain)
    ]
    return max(found, key=lambda row: len(row.domain), default=None)


def _finding(kept: object) -> Finding | None:
    if not isinstance(kept, dict):
        return None
    return Finding(Verdict(kept["verdict"]), kept["words"], kept["found"])
