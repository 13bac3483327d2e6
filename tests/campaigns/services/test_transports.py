"""A brand's own mail server: what may be set, and a test that says what to mend."""

import socket
from dataclasses import replace

import pytest

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.channels.providers.accounts import PROVIDERS
from campaigns.models.transports import Transport
from campaigns.selectors.transports import transport
from campaigns.services.transports import (
    Server,
    own_target,
    set_pace,
    try_out,
    use_house,
    use_provider,
    use_server,
)
from config.kit.errors import Invalid
from tests.campaigns.certificates import self_made
from tests.campaigns.provider import ProviderServer
from tests.campaigns.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

OWN = Server(host="Mail.Floral.example", username="floral", password="pass phrase")


@pytest.fixture
def brand(cast):
    return cast.floral


@pytest.fixture
def private(settings):
    settings.TRANSPORT_PRIVATE_HOSTS = True


def set_up(brand, server):
    with brand_scope(brand):
        return use_server(server)


def kept(brand):
    with brand_scope(brand):
        return list(Transport.objects.values_list("kind", "host", "port", "security", "username"))


def tried(brand, sink, **options):
    given = {"host": "localhost", "port": sink.port, "security": "none", **options}
    set_up(brand, Server(**given))
    return try_out(brand, address="ana@northlight.example")


def test_a_server_is_kept_with_its_usual_port_and_a_sealed_password(brand):
    row = set_up(brand, OWN)
    assert kept(brand) == [("smtp", "mail.floral.example", 587, "starttls", "floral")]
    assert "pass phrase" not in row.secret
    with brand_scope(brand):
        assert list(DomainEvent.objects.values_list("type", "payload")) == [
            ("transport.changed", {"way": "smtp"})
        ]


def test_the_kept_password_goes_to_no_other_server_user_or_encryption(brand):
    secret = set_up(brand, OWN).secret
    same = Server(host="mail.floral.example", port=2525, username="floral")
    assert set_up(brand, same).secret == secret
    for changed in (
        Server(host="mail.elsewhere.example", username="floral"),
        Server(host="mail.floral.example", username="somebody"),
        Server(host="mail.floral.example", username="floral", security="tls"),
    ):
        with pytest.raises(Invalid) as refusal:
            set_up(brand, changed)
        assert list(refusal.value.fields) == ["password"]
    assert kept(brand) == [("smtp", "mail.floral.example", 2525, "starttls", "floral")]


def test_going_back_to_the_house_forgets_the_password_and_keeps_the_pace(brand):
    set_up(brand, OWN)
    with brand_scope(brand):
        set_pace(per_minute=600, domains={"Gmail.com": 300})
        row = use_house()
    assert (row.kind, row.host, row.secret) == ("house", "", "")
    assert (row.per_minute, row.domain_limits) == (600, {"gmail.com": 300})


@pytest.mark.parametrize(
    ("field", "server"),
    [
        ("host", Server(host="")),
        ("host", Server(host="two words")),
        ("host", Server(host="mail_server.example")),
        ("host", Server(host="127.0.0.1")),
        ("host", Server(host="[::ffff:10.0.0.1]")),
        ("port", Server(host="mail.floral.example", port=22)),
        ("security", Server(host="mail.floral.example", security="ssl")),
        ("security", Server(host="mail.floral.example", security="none", username="u")),
        ("password", Server(host="mail.floral.example", username="u")),
        ("password", Server(host="mail.floral.example", username="u", password="a\r\nb")),
    ],
)
def test_what_cannot_be_a_mail_server_is_refused(brand, field, server):
    with pytest.raises(Invalid) as refusal:
        set_up(brand, server)
    assert list(refusal.value.fields) == [field]
    assert kept(brand) == []


def test_the_key_of_a_provider_is_kept_for_that_provider(brand):
    set_up(brand, OWN)
    with brand_scope(brand):
        for kind, key in (("mailgun", None), ("mailgun", "a\nb"), ("pigeon", "key")):
            with pytest.raises(Invalid):
                use_provider(kind, key=key)
        assert transport().kind == "smtp"
        row = use_provider("mailgun", key="secret key")
        assert (row.kind, row.host, "secret" in row.secret) == ("mailgun", "", False)
        assert use_provider("mailgun").secret == row.secret
        with pytest.raises(Invalid):
            use_provider("postmark")
        with pytest.raises(Invalid):
            use_server(Server(host="mail.floral.example", username="floral"))
        assert (transport().kind, transport().secret) == ("mailgun", row.secret)


def test_a_provider_with_two_keys_needs_both(brand):
    with brand_scope(brand):
        with pytest.raises(Invalid) as refusal:
            use_provider("mailjet", key="secret")
        assert (list(refusal.value.fields), transport().kind) == (["username"], "house")
        use_provider("mailjet", key="secret", user="public")
        account = own_target()
        assert (account.secret, account.user) == ("secret", "public")
        use_provider("mailjet", user="public")
        # The kept half goes with its own other half only.
        with pytest.raises(Invalid):
            use_provider("mailjet", user="another")
        assert own_target() == account


def test_a_test_mail_by_a_provider_says_what_became_of_it(brand, monkeypatch):
    refused = {}
    with ProviderServer(lambda to: refused.get("with")) as server:
        row = PROVIDERS["postmark"]
        changed = replace(row, options={**row.options, "api_url": server.url})
        monkeypatch.setitem(PROVIDERS, "postmark", changed)
        with brand_scope(brand):
            use_provider("postmark", key="secret")
        codes = [try_out(brand, address="ana@northlight.example").code]
        inactive = "Found inactive addresses: ana@northlight.example. Inactive recipients are out."
        for answer in ((401, "no"), (422, inactive), (503, "no"), (500, "no")):
            refused["with"] = answer
            codes.append(try_out(brand, address="ana@northlight.example").code)
    assert codes == ["sent", "sign_in", "refused", "connection", "connection"]
    assert "this mail shows" in server.delivered["ana@northlight.example"]["text"]


@pytest.mark.parametrize(
    ("per_minute", "domains"),
    [(0, {}), (1_000_001, {}), (None, {"gmail": 5}), (None, {"gmail.com": 0})],
)
def test_a_pace_nobody_could_keep_is_refused(brand, per_minute, domains):
    with brand_scope(brand):
        with pytest.raises(Invalid):
            set_pace(per_minute=per_minute, domains=domains)
        assert not Transport.objects.exists()


def test_a_test_mail_arrives_signed_in_and_encrypted(brand, private, tmp_path, monkeypatch):
    context, certificate = self_made(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with Sink(tls=context, starttls=True, auth=("u", "p")) as sink:
        trial = tried(brand, sink, security="starttls", username="u", password="p")
    assert (trial.code, sink.accepted) == ("sent", {"ana@northlight.example": 1})
    assert b"AUTH PLAIN AHUAcA==" in sink.commands
    assert sink.commands.index(b"STARTTLS") < sink.commands.index(b"AUTH PLAIN AHUAcA==")
    assert b"Subject: A test from Rapport" in sink.contents["ana@northlight.example"]
    with brand_scope(brand):
        assert transport().trial["code"] == "sent"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_wrong_certificate_is_said_and_gets_no_password(brand, private, tmp_path, security):
    context, _ = self_made(tmp_path)
    with Sink(tls=context, starttls=security == "starttls", auth=("u", "p")) as sink:
        trial = tried(brand, sink, security=security, username="u", password="p")
    assert (trial.code, "certificate" in trial.words) == ("certificate", True)
    assert not any(command.startswith(b"AUTH") for command in sink.commands)


def test_each_failure_has_its_own_words(brand, private, tmp_path, monkeypatch):
    context, certificate = self_made(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    login = {"security": "starttls", "username": "u", "password": "p"}

    def no(**faults):
        return lambda place: faults.get(place.partition("@")[0])

    with Sink(no(AUTH="535 no such user"), tls=context, starttls=True, auth=("u", "p")) as sink:
        refused_login = tried(brand, sink, **login)
    with Sink() as sink:
        no_starttls = tried(brand, sink, security="starttls")
        no_tls = tried(brand, sink, security="tls")
    with Sink(no(**{brand.sender_email.partition("@")[0]: "mail:550 not you"})) as sink:
        sender = tried(brand, sink)
    with Sink(no(ana="rcpt:550 unknown here")) as sink:
        refused = tried(brand, sink)
    with Sink(no(ana="data:451 busy")) as sink:
        later = tried(brand, sink)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        set_up(brand, Server(host="localhost", port=closed.getsockname()[1], security="none"))
        nobody = try_out(brand, address="ana@northlight.example")
    for trial, code, word in (
        (refused_login, "sign_in", "535 no such user"),
        (no_starttls, "encryption", "STARTTLS"),
        (no_tls, "encryption", "TLS"),
        (sender, "sender", "not you"),
        (refused, "refused", "unknown here"),
        (later, "later", "451 busy"),
        (nobody, "connection", "firewall"),
    ):
        assert (trial.code, word in trial.words) == (code, True)


def test_a_name_that_leads_into_our_own_network_is_not_connected_to(brand, settings):
    with Sink() as sink:
        settings.TRANSPORT_PRIVATE_HOSTS = True
        set_up(brand, Server(host="localhost", port=sink.port, security="none"))
        settings.TRANSPORT_PRIVATE_HOSTS = False
        trial = try_out(brand, address="ana@northlight.example")
        assert (trial.code, sink.connections) == ("address", 0)


def test_a_brand_without_a_sender_address_sends_no_test(brand, private):
    brand.sender_email = ""
    brand.save(update_fields=["sender_email"])
    with Sink() as sink, pytest.raises(Invalid, match="no sender address"):
        tried(brand, sink)
    assert sink.connections == 0
