"""Settings, sending: the page saves a server, limits and tries them."""

import pytest

from accounts.scope import brand_scope
from campaigns.models.transports import Transport
from tests.campaigns.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/b/floral/settings/sending/"
SERVER = {"kind": "smtp", "host": "mail.floral.example", "security": "starttls", "port": ""}


def rows(cast):
    with brand_scope(cast.floral):
        return list(Transport.objects.values_list("kind", "host", "per_minute", "domain_limits"))


def test_a_server_and_its_limits_are_saved_and_the_password_is_not_shown(cast, ana):
    login = {"username": "floral", "password": "pass phrase"}
    words = ana.post(PAGE, {**SERVER, **login}, follow=True).content.decode()
    assert "mail.floral.example" in words
    assert "pass phrase" not in words
    assert "Kept, and never shown" in words
    typed = {"per_minute": "600", "domains": "gmail.com 300\n\nOutlook.com: 120"}
    words = ana.post(f"{PAGE}pace/", typed, follow=True).content.decode()
    assert "outlook.com 120" in words
    limits = {"gmail.com": 300, "outlook.com": 120}
    assert rows(cast) == [("smtp", "mail.floral.example", 600, limits)]
    ana.post(PAGE, {**SERVER, "kind": "house"})
    assert rows(cast) == [("house", "", 600, limits)]


def test_what_is_wrong_is_said_beside_the_field(cast, ana):
    for typed, words in (
        ({**SERVER, "host": ""}, "Write the name of the server."),
        ({**SERVER, "host": "10.0.0.1"}, "not a public address"),
        ({**SERVER, "port": "22"}, "Mail servers listen on one of these ports"),
        ({**SERVER, "username": "u"}, "Type the password"),
    ):
        assert words in ana.post(PAGE, typed).content.decode()
    words = ana.post(f"{PAGE}pace/", {"domains": "gmail.com lots"}).content.decode()
    assert "is not a domain and a number" in words
    assert rows(cast) == []


def test_a_test_mail_is_sent_and_its_outcome_stays_on_the_page(cast, ana, settings):
    settings.TRANSPORT_PRIVATE_HOSTS = True
    with Sink() as sink:
        server = {**SERVER, "host": "127.0.0.1", "port": sink.port, "security": "none"}
        ana.post(PAGE, server)
        htmx = {"HX-Request": "true"}
        part = ana.post(f"{PAGE}test/", {"address": "ana@northlight.example"}, headers=htmx)
        assert "Sent to ana@northlight.example" in part.content.decode()
        assert sink.accepted == {"ana@northlight.example": 1}
        assert "Sent to ana@northlight.example" in ana.get(PAGE).content.decode()
        wrong = ana.post(f"{PAGE}test/", {"address": "ana"}, headers=htmx)
        assert "Write an e-mail address" in wrong.content.decode()
    assert sum(sink.accepted.values()) == 1


def test_a_marketer_may_not(cast, ben):
    assert ben.get(PAGE).status_code == 404
    assert ben.post(PAGE, SERVER).status_code == 404
    assert ben.post(f"{PAGE}pace/", {"per_minute": "1"}).status_code == 404
    assert ben.post(f"{PAGE}test/", {"address": "ben@northlight.example"}).status_code == 404
    assert rows(cast) == []
