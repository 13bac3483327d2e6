"""Sending domains: a key for each, a look at its records, and who may send from where."""

import base64
import secrets
from dataclasses import asdict

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.scope import brand_scope
from accounts.services.events import record
from campaigns.channels.dns import txt_records
from campaigns.events import (
    SendingDomainAdded,
    SendingDomainCheckRequested,
    SendingDomainDeleted,
    SendingDomainKeyChanged,
)
from campaigns.models.domains import SendingDomain
from campaigns.rules.domains import (
    Finding,
    domain_key,
    is_unanswered,
    is_verified,
    judge_dkim,
    judge_dmarc,
    judge_spf,
)
from campaigns.selectors.domains import SEALED_FOR
from config.kit.clock import now
from config.kit.errors import Conflict, naming
from config.kit.sealed import seal

State = SendingDomain.State
Algorithm = SendingDomain.Algorithm
_RSA_BITS = 2048


def add_domain(*, domain: str, algorithm: str = Algorithm.RSA) -> SendingDomain:
    """A domain with a fresh key, and a first look at its records. Raises Invalid, Conflict."""
    with naming("domain"):
        name = domain_key(domain)
    try:
        with transaction.atomic():
            row = SendingDomain.objects.create(domain=name, **_fresh_key(algorithm))
            record(SendingDomainAdded(subject_id=row.pk))
            request_check(row)
    except IntegrityError as error:
        raise Conflict("This domain is in the list already.", code="domain_exists") from error
    return row


def change_key(row: SendingDomain) -> None:
    """A new key under a new name: publish it, then check. Until then nothing is signed."""
    with transaction.atomic():
        for name, value in _fresh_key(row.algorithm).items():
            setattr(row, name, value)
        row.state, row.findings, row.verified_at = State.NEW, {}, None
        row.save()
        record(SendingDomainKeyChanged(subject_id=row.pk))


def delete_domain(row: SendingDomain) -> None:
    with transaction.atomic():
        record(SendingDomainDeleted(subject_id=row.pk))
        row.delete()


def request_check(row: SendingDomain) -> None:
    """Have its records looked at soon; looking asks the network, which no scope may wait for."""
    with transaction.atomic():
        row.findings = {**row.findings, "is_coming": True}
        row.save(update_fields=["findings"])
        record(SendingDomainCheckRequested(subject_id=row.pk))


def check_domain(*, brand_id: int, domain_id: int) -> None:
    """Look at the records now, and keep what was found. Opens the brand's scope by itself.

    Where nobody answers, a domain that was verified stays so."""
    with brand_scope(brand_id):
        row = SendingDomain.objects.filter(pk=domain_id).first()
    if row is None:
        return
    findings = look_at(row)
    with brand_scope(brand_id):
        fresh = SendingDomain.objects.filter(pk=domain_id, selector=row.selector)
        changed: dict[str, object] = {
            "findings": {kind: asdict(each) for kind, each in findings.items()},
            "checked_at": now(),
        }
        if is_verified(findings):
            changed |= {"state": State.VERIFIED, "verified_at": now()}
        elif not is_unanswered(findings):
            changed |= {"state": State.FAILING if row.verified_at else State.NEW}
        fresh.update(**changed)


def look_at(row: SendingDomain) -> dict[str, Finding]:
    """What stands in the places of its records; asks the network."""
    return {
        "spf": judge_spf(txt_records(row.domain), spf=settings.SENDING_SPF),
        "dkim": judge_dkim(
            txt_records(f"{row.selector}._domainkey.{row.domain}"), public_key=row.public_key
        ),
        "dmarc": judge_dmarc(txt_records(f"_dmarc.{row.domain}")),
    }


def _fresh_key(algorithm: str) -> dict[str, str]:
    private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
    if algorithm == Algorithm.ED25519:
        private = ed25519.Ed25519PrivateKey.generate()
        # RFC 8463: the bare 32 bytes, no structure around them.
        public = private.public_key().public_bytes_raw()
    else:
        private = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
        public = private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "selector": f"rapport-{secrets.token_hex(4)}",
        "algorithm": algorithm,
        "private_key": seal(pem.decode(), purpose=SEALED_FOR),
        "public_key": base64.b64encode(public).decode(),
    }
