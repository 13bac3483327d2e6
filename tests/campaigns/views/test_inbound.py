"""Bounces and complaints come in by secret, signature or pipe, and by nothing else."""

import io
import sys

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.scope import brand_scope
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Feedback
from campaigns.selectors.content import keyring
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.models.consents import Suppression
from tests import factories
from tests.campaigns.channels.email.test_reports import ARF, DSN, OURS, VERP

SECRET = "a secret of the installation"


@pytest.fixture
def ticket(cast):
    with brand_scope(cast.floral):
        factories.consent(cast.rae)
        campaign = Campaign.objects.create(name="May", state="done")
    return Ticket(cast.floral.pk, campaign.pk, cast.rae.pk)


def ours(text, ticket):
    """The report, about this message."""
    bounce = sign_ticket(keyring(), Purpose.BOUNCE, ticket)
    message = sign_ticket(keyring(), Purpose.MESSAGE, ticket)
    return text.replace(VERP, bounce).replace(OURS, message).encode()


def post(body, secret=SECRET, **headers):
    return Client().post(
        "/inbound/mail",
        data=body,
        content_type="message/rfc822",
        headers={"Authorization": f"Bearer {secret}", **headers},
    )


def stored(cast):
    with brand_scope(cast.floral):
        listed = Suppression.objects.values_list("address", "reason")
        return list(Feedback.objects.values_list("kind", flat=True)), list(listed)


def test_a_bounce_with_the_secret_is_stored_once(cast, ticket, settings):
    settings.INBOUND_SECRET = SECRET
    answers = [post(ours(DSN, ticket)).content for _ in range(2)]
    assert answers == [b"bounce\n", b"known\n"]
    assert stored(cast) == (["bounce"], [("rae@example.com", "bounce")])


def test_the_message_id_alone_names_the_message(cast, ticket, settings):
    settings.INBOUND_SECRET = SECRET
    text = DSN.replace(f"bounce+{VERP}@", "postmaster@")
    assert post(ours(text, ticket)).content == b"bounce\n"
    assert stored(cast)[0] == ["bounce"]


def test_the_envelope_names_it_too(cast, ticket, settings):
    settings.INBOUND_SECRET = SECRET
    text = DSN.replace(f"bounce+{VERP}@", "postmaster@").replace(OURS, "unknown")
    assert post(ours(text, ticket)).content == b"ignored\n"
    to = f"bounce+{sign_ticket(keyring(), Purpose.BOUNCE, ticket)}@bounce.floral.example"
    assert post(ours(text, ticket), **{"X-Envelope-To": to}).content == b"bounce\n"


def test_a_complaint_is_stored(cast, ticket, settings):
    settings.INBOUND_SECRET = SECRET
    assert post(ours(ARF, ticket)).content == b"complaint\n"
    assert stored(cast) == (["complaint"], [("rae@example.com", "complaint")])


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x"])
def test_without_the_secret_there_is_nothing_here(cast, ticket, settings, secret):
    settings.INBOUND_SECRET = SECRET
    assert post(ours(DSN, ticket), secret).status_code == 404
    settings.INBOUND_SECRET = ""
    assert post(ours(DSN, ticket), secret).status_code == 404
    assert Client().get("/inbound/mail").status_code == 405
    assert stored(cast) == ([], [])


def test_forged_tokens_and_those_of_other_purposes_are_ignored(cast, ticket, settings):
    settings.INBOUND_SECRET = SECRET
    click = sign_ticket(keyring(), Purpose.CLICK, ticket)
    for body in (DSN.encode(), DSN.replace(VERP, click).replace(OURS, click).encode(), b""):
        assert post(body).content == b"ignored\n"
    assert stored(cast) == ([], [])


def test_a_customer_who_is_gone_is_ignored(cast, ticket, settings):
    settings.INBOUND_SECRET = SECRET
    gone = Ticket(ticket.brand_id, ticket.campaign_id, 10**9)
    assert post(ours(DSN, gone)).content == b"ignored\n"


def test_a_mail_that_is_too_large_is_refused(cast, ticket, settings):
    settings.INBOUND_SECRET = SECRET
    body = ours(DSN, ticket) + b"x" * 1_000_000
    assert post(body).status_code == 413
    assert stored(cast) == ([], [])


def test_a_mail_servers_pipe_is_read(cast, ticket, monkeypatch):
    class Pipe:
        buffer = io.BytesIO(ours(DSN, ticket))

    monkeypatch.setattr(sys, "stdin", Pipe)
    said = io.StringIO()
    call_command("inbound", stdout=said)
    assert said.getvalue() == "bounce\n"
    assert stored(cast)[0] == ["bounce"]
