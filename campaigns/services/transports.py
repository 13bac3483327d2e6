"""Choosing how a brand's mail leaves, how fast, and trying it out."""

import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts.models.brands import Brand
from accounts.scope import brand_scope, current_brand_id
from accounts.services.events import record
from campaigns.channels.email.endpoint import parse_endpoint
from campaigns.channels.email.trial import Trial, send_trial, trial_mail
from campaigns.channels.providers.accounts import PROVIDERS
from campaigns.channels.providers.hooks import HOOKS
from campaigns.channels.ways import Target
from campaigns.events import HookKeyChanged, SendingPaceChanged, TransportChanged
from campaigns.models.transports import Transport
from campaigns.rules.transports import MAX_PER_MINUTE, PORTS, USUAL_PORTS, domain_limits, host_key
from campaigns.selectors.transports import (
    FIELDS,
    HOOK_SEALED_FOR,
    SEALED_FOR,
    target_of,
    transport,
)
from config.kit.clock import now
from config.kit.egress import is_public
from config.kit.errors import Invalid, naming
from config.kit.sealed import Unreadable, seal

Kind = Transport.Kind
Security = Transport.Security
MAX_PASSWORD = 500
MAX_USER = 200


@dataclass(frozen=True, kw_only=True)
class Server:
    """An SMTP server as somebody typed it. `password` None: the one that is kept."""

    host: str
    port: int | None = None
    security: str = Security.STARTTLS
    username: str = ""
    password: str | None = None


def use_house() -> Transport:
    """From now on by EMAIL_URL, like brands that never chose; limits stay as they are."""
    with transaction.atomic():
        row = _locked()
        if row.kind != Kind.HOUSE:
            row.kind, row.host, row.port, row.username, row.secret = Kind.HOUSE, "", None, "", ""
            _keep(row)
            record(TransportChanged(subject_id=row.pk, way=row.kind))
    return row


def use_provider(kind: str, *, key: str | None = None, user: str = "") -> Transport:
    """From now on by the API of one of PROVIDERS, with this key; None: the one that is kept. `user`
    is the key's public half, of providers that give two. Raises Invalid."""
    if kind not in PROVIDERS:
        raise Invalid.at("kind", "We do not know this provider.")
    name = user.strip() if PROVIDERS[kind].user else ""
    if PROVIDERS[kind].user and not (name.isprintable() and 0 < len(name) <= MAX_USER):
        raise Invalid.at("username", f"{PROVIDERS[kind].name} gives two keys: type both.")
    with transaction.atomic():
        row = _locked()
        if key:
            _refuse_unusable(key)
            secret = seal(key, purpose=SEALED_FOR)
        elif row.secret and (row.kind, row.username) == (kind, name):
            secret = row.secret
        else:
            raise Invalid.at("password", "Type the key: it is kept for one provider only.")
        row.kind, row.host, row.port, row.username, row.secret = kind, "", None, name, secret
        _keep(row)
        record(TransportChanged(subject_id=row.pk, way=row.kind))
    return row


def use_server(server: Server) -> Transport:
    """From now on by this server, which is not asked here. Raises Invalid."""
    with naming("host"):
        host = host_key(server.host)
    _refuse_own_network(host)
    port = _port(server)
    if server.username and server.security == Security.NONE:
        raise Invalid.at("security", "A password needs encryption: choose STARTTLS or TLS.")
    with transaction.atomic():
        row = _locked()
        secret = _secret(row, server, host)
        row.kind, row.host, row.port = Kind.SMTP, host, port
        row.security, row.username, row.secret = server.security, server.username, secret
        _keep(row)
        record(TransportChanged(subject_id=row.pk, way=row.kind))
    return row


def set_hook_key(kind: str, *, key: str) -> Transport:
    """What a provider signs its webhooks with, as it shows it. Raises Invalid."""
    hook = HOOKS.get(kind)
    if hook is None or hook.key != "typed":
        raise Invalid.at("kind", "This provider signs nothing: make an address for it instead.")
    bare = key.strip()
    if not bare or not bare.isascii():
        name = PROVIDERS[kind].name
        raise Invalid.at("key", f"Paste the {hook.asks.lower()} as {name} shows it.")
    _refuse_unusable(bare)
    return _keep_hook_key(kind, bare)


def make_hook_key(kind: str) -> str:
    """A new password for the address that a provider gets which signs nothing; shown this once. The
    former address is believed no more. Raises Invalid."""
    hook = HOOKS.get(kind)
    if hook is None or hook.key != "made":
        raise Invalid.at("kind", "This provider signs what it tells: paste its key instead.")
    key = secrets.token_urlsafe(24)
    _keep_hook_key(kind, key)
    return key


def _keep_hook_key(kind: str, key: str) -> Transport:
    with transaction.atomic():
        row = _locked()
        row.hook_keys = {**row.hook_keys, kind: seal(key, purpose=HOOK_SEALED_FOR)}
        _keep(row, is_same_way=True)
        record(HookKeyChanged(subject_id=row.pk, provider=kind))
    return row


def set_pace(*, per_minute: int | None, domains: Mapping[str, int]) -> Transport:
    """At most so many mails a minute, in all and to single domains. Raises Invalid."""
    if per_minute is not None and not 1 <= per_minute <= MAX_PER_MINUTE:
        raise Invalid.at("per_minute", f"Choose between 1 and {MAX_PER_MINUTE:,} mails a minute.")
    with naming("domains"):
        limits = domain_limits(domains)
    with transaction.atomic():
        row = _locked()
        if (row.per_minute, row.domain_limits) != (per_minute, limits):
            row.per_minute, row.domain_limits = per_minute, limits
            _keep(row, is_same_way=True)
            record(SendingPaceChanged(subject_id=row.pk))
    return row


def try_out(brand: Brand, *, address: str) -> Trial:
    """Send one mail to `address` the way all mails go, and keep what became of it.

    Opens the brand's scope by itself: it talks to the network. Raises Invalid."""
    with brand_scope(brand):
        row, target = transport(), own_target() or parse_endpoint(settings.EMAIL_URL)
        mail = trial_mail(brand.sender_name or brand.name, brand.sender_email, address)
    trial = send_trial(target, mail)
    with brand_scope(brand):
        kept = {"code": trial.code, "words": trial.words, "at": now().isoformat()}
        Transport.objects.filter(pk=row.pk, version=row.version).update(trial=kept)
    return trial


def own_target() -> Target | None:
    """The brand's own way; None where mail leaves by EMAIL_URL. Raises Invalid."""
    row = transport()
    try:
        return target_of({name: getattr(row, name) for name in FIELDS})
    except Unreadable as error:
        text = "The password or key cannot be read any more. Type it again."
        raise Invalid.at("password", text) from error


def _locked() -> Transport:
    """The brand's row; two people at once change it one after the other."""
    Brand.objects.select_for_update(no_key=True).get(pk=current_brand_id())
    return transport()


def _keep(row: Transport, *, is_same_way: bool = False) -> None:
    row.version, row.updated_at = row.version + 1, now()
    if not is_same_way:
        row.trial = {}
    row.save()


def _refuse_own_network(host: str) -> None:
    """As far as the text tells; what a name leads to is looked at before each connection."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    if not (is_public(address) or settings.TRANSPORT_PRIVATE_HOSTS):
        raise Invalid.at("host", f"{host} is not a public address on the internet.")


def _port(server: Server) -> int:
    if server.security not in USUAL_PORTS:
        raise Invalid.at("security", "Choose STARTTLS, TLS or none.")
    port = server.port or USUAL_PORTS[server.security]
    if port not in PORTS and not settings.TRANSPORT_PRIVATE_HOSTS:
        named = ", ".join(map(str, sorted(PORTS)))
        raise Invalid.at("port", f"Mail servers listen on one of these ports: {named}.")
    return port


def _secret(row: Transport, server: Server, host: str) -> str:
    """The kept password goes to nobody but the server and user it was typed for."""
    if not server.username:
        return ""
    if server.password:
        _refuse_unusable(server.password)
        return seal(server.password, purpose=SEALED_FOR)
    kept_for = (row.kind, row.host, row.username, row.security)
    if row.secret and kept_for == (Kind.SMTP, host, server.username, server.security):
        return row.secret
    raise Invalid.at("password", "Type the password: it is kept for one server and user only.")


def _refuse_unusable(secret: str) -> None:
    if len(secret) > MAX_PASSWORD or not secret.isprintable():
        raise Invalid.at("password", "This cannot be used: too long, or not text.")
