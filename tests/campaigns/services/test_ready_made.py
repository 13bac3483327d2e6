"""Mails we send ourselves: there without setting up, in the brand's words once it has any."""

import pytest

from campaigns.models.transactional import TransactionalTemplate
from campaigns.services.messages import To, request_message
from campaigns.services.ready_made import give
from campaigns.services.transactional import delete_template, publish, withdraw
from config.kit.errors import Conflict

KEY = "portal_code"
DATA = {"code": "ABCD-EFGH", "minutes": 15}


def asked(brand):
    message = request_message(
        brand=brand, template_key=KEY, to=To(email="rae@example.com"), data=DATA
    )
    return message.template


def test_a_brand_that_has_set_nothing_up_sends_our_words(floral):
    template = asked(floral)
    assert (template.key, template.version, template.intent) == (KEY, 1, "help")
    assert template.published["subject"] == "Your code: {{ data.code }}"
    assert asked(floral).pk == template.pk
    assert TransactionalTemplate.objects.get().version == 1


def test_a_draft_of_the_brand_waits_until_it_is_published(floral):
    template = give(KEY)
    TransactionalTemplate.objects.filter(pk=template.pk).update(
        published_at=None, published={}, subject="Hier: {{ data.code }}"
    )
    assert asked(floral).published["subject"] == "Your code: {{ data.code }}"
    template.refresh_from_db()
    assert template.subject == "Hier: {{ data.code }}"
    publish(template, floral)
    assert asked(floral).published["subject"] == "Hier: {{ data.code }}"


@pytest.mark.parametrize("act", [withdraw, delete_template])
def test_it_can_be_rewritten_but_not_taken_away(floral, act):
    template = give(KEY)
    with pytest.raises(Conflict, match="Rapport sends this mail itself"):
        act(template)
    template.refresh_from_db()
    assert template.published_at is not None


def test_there_are_none_of_other_keys(floral):
    assert give("order-confirmation") is None
    assert not TransactionalTemplate.objects.exists()
