"""The page of sending domains: records to copy, what was found, and a look on request."""

import pytest
from django.urls import reverse

from accounts.models.work import WorkItem
from accounts.scope import brand_scope
from campaigns.models.domains import SendingDomain
from campaigns.services.domains import add_domain

PAGE = "/b/floral/settings/domains/"


@pytest.fixture
def domain(cast):
    with brand_scope(cast.floral):
        return add_domain(domain="floral.example")


def rows(cast):
    with brand_scope(cast.floral):
        return list(SendingDomain.objects.values_list("domain", "state", "selector"))


def test_a_domain_is_added_with_its_records_to_copy(cast, ana):
    page = ana.post(PAGE, {"domain": "Floral.example", "algorithm": "ed25519"}, follow=True)
    words = page.content.decode()
    [(domain, state, selector)] = rows(cast)
    assert (domain, state) == ("floral.example", "new")
    assert f"{selector}._domainkey.floral.example" in words
    assert "v=DKIM1; k=ed25519; p=" in words
    assert "PRIVATE" not in words
    assert "Looking at the records" in words


def test_what_is_no_domain_is_said_beside_the_field(cast, ana):
    for typed in ("", "floral"):
        assert ana.post(PAGE, {"domain": typed, "algorithm": "rsa"}).status_code == 200
    words = ana.post(PAGE, {"domain": "floral", "algorithm": "rsa"}).content.decode()
    assert "This is not a domain. Write it like example.com." in words
    assert rows(cast) == []


def test_a_domain_twice_is_said(cast, ana, domain):
    words = ana.post(PAGE, {"domain": "floral.example", "algorithm": "rsa"}).content.decode()
    assert "This domain is in the list already." in words
    assert len(rows(cast)) == 1


def test_what_was_found_stands_beside_each_record(cast, ana, domain):
    found = {"verdict": "missing", "words": "There is no SPF record.", "found": ""}
    with brand_scope(cast.floral):
        SendingDomain.objects.update(findings={"spf": found}, state="failing")
    words = ana.get(PAGE).content.decode()
    assert "There is no SPF record." in words
    assert "Not looked yet" in words
    assert "Records are missing" in words
    assert "Looking at the records" not in words


def test_the_card_asks_again_only_while_a_look_is_coming(cast, ana, domain):
    address = reverse("sending_domain", args=["floral", domain.pk])
    assert 'hx-trigger="every 2s"' in ana.get(address).content.decode()
    with brand_scope(cast.floral):
        SendingDomain.objects.update(findings={})
    assert "hx-trigger" not in ana.get(address).content.decode()


def test_check_now_asks_for_a_look(cast, ana, domain):
    with brand_scope(cast.floral):
        SendingDomain.objects.update(findings={})
    before = WorkItem.objects.count()
    address = reverse("sending_domain_check", args=["floral", domain.pk])
    assert ana.get(address).status_code == 405
    card = ana.post(address, headers={"HX-Request": "true"})
    assert "Looking at the records" in card.content.decode()
    assert WorkItem.objects.count() == before + 1
    assert ana.post(address).status_code == 302


def test_a_new_key_and_the_end_of_a_domain(cast, ana, domain):
    ana.post(reverse("sending_domain_key", args=["floral", domain.pk]))
    [(_, _, selector)] = rows(cast)
    assert selector != domain.selector
    ana.post(reverse("sending_domain_delete", args=["floral", domain.pk]))
    assert rows(cast) == []


def test_a_marketer_may_not(cast, ben, domain):
    assert ben.get(PAGE).status_code == 404
    assert ben.post(PAGE, {"domain": "x.example", "algorithm": "rsa"}).status_code == 404
    assert len(rows(cast)) == 1


def test_the_warning_about_an_address_of_another_domain(cast, ana, domain):
    assert "is not in this list yet" not in ana.get(PAGE).content.decode()
    cast.floral.sender_email = "shop@elsewhere.example"
    cast.floral.save(update_fields=["sender_email"])
    assert "is not in this list yet" in ana.get(PAGE).content.decode()
