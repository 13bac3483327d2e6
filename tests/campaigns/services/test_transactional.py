"""Templates of transactional mails sell nothing, and are sent as they were published."""

import pytest

from accounts.models.events import DomainEvent
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from campaigns.rules.merge import MergeError
from campaigns.rules.slots import Slots
from campaigns.rules.tags import TAG_NAMES
from campaigns.selectors.transactional import standings, written
from campaigns.services import editing
from campaigns.services.transactional import (
    create_template,
    delete_template,
    publish,
    read_example,
    update_template,
    withdraw,
)
from config.kit.errors import Conflict, Invalid
from tests.campaigns.transactional import DATA


@pytest.fixture
def template(floral):
    return create_template(name="Order confirmation", key="order-confirmation", intent="thank")


def events():
    rows = DomainEvent.objects.filter(type__startswith="transactional_template.")
    return list(rows.order_by("pk").values_list("type", flat=True))


def test_what_sells_is_refused(floral, template):
    with pytest.raises(Invalid, match="does not sell"):
        create_template(name="Sale", key="sale", intent="sell")
    with pytest.raises(Invalid, match="does not sell"):
        update_template(template, intent="sell")
    assert TransactionalTemplate.objects.get().intent == "thank"


def test_a_key_names_one_template(floral, template):
    with pytest.raises(Invalid, match="Another template"):
        create_template(name="Twin", key="order-confirmation", intent="help")
    assert TransactionalTemplate.objects.count() == 1


def test_publishing_keeps_the_words_as_they_are_now(floral, template):
    (standing,) = standings([template])
    assert standing.is_changed
    publish(template, floral)
    assert (template.version, template.published["subject"]) == (1, template.subject)
    editing.change_words(template, subject="Your order {{ data.order_number }} is here")
    (standing,) = standings([TransactionalTemplate.objects.get()])
    assert standing.is_changed
    assert template.published["subject"] == "Your order {{ data.order_number }}"
    publish(template, floral)
    assert (template.version, template.published["subject"]) == (2, template.subject)
    editing.undo(template)
    assert template.subject == "Your order {{ data.order_number }}"
    withdraw(template)
    assert template.published_at is None
    assert events() == [
        "transactional_template.published",
        "transactional_template.published",
        "transactional_template.withdrawn",
    ]


def test_what_could_not_be_sent_is_not_published(floral, template):
    update_template(template, example={"order_number": "1"})
    with pytest.raises(Invalid, match=r"lists are: last_order"):
        publish(template, floral)
    assert TransactionalTemplate.objects.get().published == {}
    assert events() == []


@pytest.mark.parametrize("text", ["[", "[]", '{"a": {"b": 1}}', '{"a b": 1}', '{"a": "\\u0000"}'])
def test_an_example_that_no_program_could_send_is_refused(text):
    with pytest.raises(Invalid) as caught:
        read_example(text)
    assert list(caught.value.fields) == ["example"]


def test_a_template_with_mails_stays(floral, template):
    publish(template, floral)
    message = TransactionalMessage.objects.create(
        template=template, version=1, address="a@b.example", address_norm="a@b.example", data=DATA
    )
    with pytest.raises(Conflict, match="withdraw"):
        delete_template(template)
    assert TransactionalTemplate.objects.exists()
    message.delete()
    delete_template(template)
    assert not TransactionalTemplate.objects.exists()


def test_a_whole_link_may_be_sent_along_and_is_looked_at(floral, template):
    blocks = [
        {"kind": "button", "text": "Follow it", "href": "{{ data.track }}"},
        {"kind": "text", "html": '<p><a href="{{ data.track }}">Here</a></p>'},
        {"kind": "footer"},
    ]
    TransactionalTemplate.objects.update(blocks=editing.stored_blocks(blocks), subject="Parcel")
    template.refresh_from_db()
    update_template(template, example={"track": "https://post.example/?a=1&b=2"})
    publish(template, floral)

    def shown(track):
        message = TransactionalMessage(
            template=template, version=1, address="a@b.example", data={"track": track}
        )
        return written(message, floral).shown()

    mail = shown("https://post.example/?a=1&b=2")
    assert mail.html.count('href="https://post.example/?a=1&amp;b=2"') == 2
    assert "Follow it: https://post.example/?a=1&b=2" in mail.text
    for bad in ("javascript:alert(1)", "", "https://a.example/\nx", '" onclick="'):
        with pytest.raises(Invalid, match="not a full web address"):
            shown(bad)


def test_campaigns_take_no_link_from_anybody():
    with pytest.raises(MergeError, match="no personal field"):
        Slots(TAG_NAMES).link("{{ data.track }}")
