"""Who of a partner's business is mailed: contact and owners, unless people chose for themselves."""

import pytest
from django.test import Client

from accounts.models.members import Membership, Role
from accounts.models.users import User
from accounts.services.people import person_at
from partners.models.partnerships import PartnerMail, PartnerMailChoice, Partnership
from partners.selectors.recipients import ALWAYS, recipients_of
from partners.services.mail_choices import choose_mails
from partners.services.mails import tell_partner
from tests.partners.conftest import partner_path

Topic = PartnerMailChoice.Topic


@pytest.fixture
def cook(dinner: Partnership) -> User:
    """Works for the trattoria, and owns nothing of it."""
    user = person_at("cook@lucia.example", name="Cook")
    Membership.objects.create(user=user, organisation=dinner.organisation, role=Role.MARKETER)
    return user


def test_contact_and_owner_get_all_until_somebody_chooses(
    dinner: Partnership, pia: User, otto: User, cook: User
) -> None:
    Partnership.objects.filter(pk=dinner.pk).update(email="office@lucia.example")
    dinner.refresh_from_db()
    both = ["office@lucia.example", pia.email]
    for topic in (*Topic.values, ALWAYS):
        assert recipients_of(dinner, topic) == both
    assert recipients_of(dinner) == both[:1]

    choose_mails(dinner, pia, [Topic.OFFERS])
    choose_mails(dinner, cook, [Topic.MESSAGES])
    choose_mails(dinner, otto, [Topic.MESSAGES])  # of another business
    assert recipients_of(dinner, Topic.OFFERS) == both
    assert recipients_of(dinner, Topic.MONEY) == both[:1]
    assert recipients_of(dinner, Topic.MESSAGES) == [both[0], cook.email]
    assert recipients_of(dinner, ALWAYS) == both
    Membership.objects.filter(user=cook).delete()
    assert recipients_of(dinner, Topic.MESSAGES) == both[:1]


def test_each_person_chooses_on_their_page_and_gets_each_mail_once(
    dinner: Partnership, pia: User, pia_client: Client, cook: User, otto_client: Client
) -> None:
    path = partner_path(dinner, "mails/")
    page = pia_client.get(path).content.decode()
    assert page.count("checked") == len(Topic)
    assert len(tell_partner(dinner, "Hello", ["One."], topic=Topic.MONEY)) == 1
    assert pia_client.post(path, {"topics": ["offers"]}).status_code == 302
    assert PartnerMailChoice.objects.get().topics == ["offers"]
    assert tell_partner(dinner, "Hello", ["One."], topic=Topic.MONEY) == []
    assert pia_client.post(path, {"topics": ["else"]}).status_code == 200
    assert pia_client.post(path).status_code == 302
    assert PartnerMailChoice.objects.get().topics == []
    assert otto_client.post(path, {"topics": ["offers"]}).status_code == 404

    client = Client()
    client.force_login(cook)
    assert "checked" not in client.get(path).content.decode()
    assert client.post(path, {"topics": ["money"]}).status_code == 302
    [told] = tell_partner(dinner, "Paid", ["Today."], topic=Topic.MONEY)
    assert told.email == cook.email
    assert PartnerMail.objects.count() == 2
