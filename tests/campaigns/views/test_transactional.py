"""A template is written in the editor, published, and its mails are found by their address."""

import pytest
from django.urls import reverse

from accounts.models.members import Role
from accounts.permissions import PERMISSIONS
from accounts.scope import brand_scope
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from tests.campaigns.transactional import template as make_template

HTMX = {"HX-Request": "true"}


@pytest.fixture
def template(cast):
    return make_template(cast.floral)


def _url(name, *args):
    return reverse(name, args=["floral", *args])


def _kept(cast):
    with brand_scope(cast.floral):
        return TransactionalTemplate.objects.get()


def _message(cast, template, address, **fields):
    with brand_scope(cast.floral):
        TransactionalMessage.objects.create(
            template=template,
            version=1,
            address=address,
            address_norm=address,
            **{"state": "sent", **fields},
        )


def test_a_new_template_opens_in_the_editor_with_its_example(cast, ben):
    form = {"name": "Gift sent", "key": "gift-sent", "intent": "help"}
    answer = ben.post(_url("transactional_new"), form, follow=True)
    page = answer.content.decode()
    assert "{{ data.order_number }}" in page
    assert "{% for item in data.lines %}" in page
    again = ben.post(_url("transactional_new"), form).content.decode()
    assert "Another template has this key." in again
    selling = ben.post(_url("transactional_new"), {**form, "key": "x", "intent": "sell"})
    assert selling.status_code == 200
    assert _kept(cast).name == "Gift sent"


def test_the_editor_saves_checks_and_shows_the_example(cast, ben, template):
    pk = template.pk
    words = {"subject": "Parcel {{ data.parcel }}"}
    assert ben.post(_url("transactional_save", pk), words, headers=HTMX).status_code == 200
    checks = ben.get(_url("transactional_checks", pk)).content.decode()
    assert "there is no personal field &quot;data.parcel&quot;" in checks
    mail = ben.get(_url("transactional_mail", pk)).content.decode()
    assert "2 of Red tulips" not in mail  # the subject has to be mended first
    ben.post(_url("transactional_save", pk), {"subject": "Order"}, headers=HTMX)
    mail = ben.get(_url("transactional_mail", pk)).content.decode()
    assert "2 of Red tulips: £24.00" in mail
    assert "Nothing to fix" in ben.get(_url("transactional_checks", pk)).content.decode()


def test_settings_are_saved_or_refused_beside_their_field(cast, ben, template):
    said = {"name": "Orders", "intent": "help", "sender_email": "shop@floral.example"}
    url = _url("transactional_change", template.pk)
    refused = ben.post(url, {**said, "example": "{"}).content.decode()
    assert "This is not JSON" in refused
    assert _kept(cast).name == "Order confirmation"
    ben.post(url, {**said, "example": '{"order_number": "7"}'})
    kept = _kept(cast)
    assert (kept.name, kept.sender_email, kept.example) == (
        *("Orders", "shop@floral.example"),
        {"order_number": "7"},
    )


def test_settings_of_a_published_template_need_somebody_who_may_publish(
    cast, ben, template, monkeypatch
):
    ben.post(_url("transactional_publish", template.pk))
    kept = _kept(cast)
    assert kept.published_at is not None
    writer = PERMISSIONS[Role.MARKETER] - {"campaigns.send"}
    monkeypatch.setitem(PERMISSIONS, Role.MARKETER, writer)
    names = ("name", "intent", "sender_name", "sender_email", "reply_to")
    said = {name: getattr(kept, name) for name in names}
    url = _url("transactional_change", template.pk)
    example = '{"order_number": "7"}'
    page = ben.post(url, {**said, "sender_email": "other@floral.example", "example": example})
    assert "Ask somebody who may publish." in page.content.decode()
    assert (_kept(cast).sender_email, _kept(cast).example) == (kept.sender_email, kept.example)
    # The example waits to be published, as words do.
    assert ben.post(url, {**said, "example": example}).status_code == 302
    assert _kept(cast).example == {"order_number": "7"}


def test_publishing_tells_what_is_wrong_or_makes_a_version(cast, ben, template):
    url = _url("transactional_publish", template.pk)
    assert "Published." in ben.post(url, follow=True).content.decode()
    assert _kept(cast).version == 2
    with brand_scope(cast.floral):
        TransactionalTemplate.objects.update(subject="")
    assert "Write a subject." in ben.post(url, follow=True).content.decode()
    assert _kept(cast).version == 2
    gone = ben.post(_url("transactional_withdraw", template.pk), follow=True).content.decode()
    assert "Withdrawn" in gone
    assert _kept(cast).published_at is None


def test_the_page_says_how_a_shop_asks_for_it(ben, template):
    page = ben.get(_url("transactional_show", template.pk)).content.decode()
    assert "/api/v1/messages" in page
    assert "&quot;template&quot;: &quot;order-confirmation&quot;" in page


def test_the_list_counts_what_left_and_names_the_last_error(cast, ben, template):
    for state in ("sent", "sent", "queued"):
        _message(cast, template, "a@b.example", state=state)
    _message(cast, template, "a@b.example", state="failed", detail="550 not from you")
    page = ben.get(_url("transactional")).content.decode()
    assert "550 not from you" in page
    assert "1 waiting" in page


def test_mails_are_found_by_their_address_and_paged(cast, ben, template):
    for number in range(51):
        _message(cast, template, f"p{number}@example.com")
    url = _url("transactional_messages")
    first = ben.get(url)
    assert len(first.context["found"]) == 50
    older = ben.get(url, {"after": first.context["older"]}).context
    assert [each.address for each in older["found"]] == ["p0@example.com"]
    found = ben.get(url, {"email": "P7@example.com"}).context["found"]
    assert [each.address for each in found] == ["p7@example.com"]
    assert "not an e-mail address" in ben.get(url, {"email": "nobody"}).content.decode()


def test_a_template_without_mails_can_be_deleted(cast, ben, template):
    _message(cast, template, "a@b.example")
    url = _url("transactional_delete", template.pk)
    assert "so it stays" in ben.post(url, follow=True).content.decode()
    with brand_scope(cast.floral):
        TransactionalMessage.objects.all().delete()
    assert "is deleted" in ben.post(url, follow=True).content.decode()
    with brand_scope(cast.floral):
        assert not TransactionalTemplate.objects.exists()
