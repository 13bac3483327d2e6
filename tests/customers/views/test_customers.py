"""The list and the profile: found, shown, and never another brand's."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.consents import Suppression
from customers.models.customers import Customer, Note
from customers.services.facts import refresh_facts
from customers.services.privacy import erase_customer
from tests import factories
from tests.conftest import Cast


@pytest.fixture
def rae(cast: Cast) -> Customer:
    """Rae with 30 orders, and leave to write to her."""
    with brand_scope(cast.floral):
        for number in range(30):
            on = date(2026, 1, 1 + number)
            factories.order(cast.rae, source_id=f"no{number}", on=on, minor=1050)
        factories.consent(cast.rae)
        refresh_facts(customer_ids=None)
    return cast.rae


def profile_url(customer: Customer, slug: str = "floral") -> str:
    return f"/b/{slug}/customers/{ids.encode('cus', customer.uid)}/"


def test_the_list_shows_what_is_known(rae: Customer, ben: Client) -> None:
    page = ben.get("/b/floral/customers/").content.decode()
    for words in (
        "Rae Winter",
        "rae@example.com",
        "30th to 31st order",
        "315.00",
        "1 customer",
        profile_url(rae),
    ):
        assert words in page


def test_the_list_is_searched_and_sorted_by_links(rae: Customer, ben: Client) -> None:
    found = ben.get("/b/floral/customers/", {"q": "WINT"})
    assert found.context["rows"] == []
    assert "begins with “WINT”" in found.content.decode()
    found = ben.get("/b/floral/customers/", {"q": "rae w", "sort": "name"})
    assert [row["customer"] for row in found.context["rows"]] == [rae]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "x" * 500},
        {"q": "\ud800"},
        {"sort": "password", "after": "1.2"},
        {"after": "1.\x00", "sort": "name"},
        {"before": "-1.9999-12-31"},
    ],
)
def test_odd_questions_get_a_page(rae: Customer, ben: Client, query: dict[str, str]) -> None:
    encoded = {name: text.encode("utf-8", "surrogatepass") for name, text in query.items()}
    assert ben.get("/b/floral/customers/", encoded).status_code == 200


def test_the_profile_tells_the_story_a_page_at_a_time(rae: Customer, ben: Client) -> None:
    first = ben.get(profile_url(rae))
    assert len(first.context["entries"]) == 25
    older = ben.get(first.context["older_url"])
    titles = [entry.title for page in (first, older) for entry in page.context["entries"]]
    assert len(titles) == 31
    assert titles[-2:] == ["Order no0", "News and offers by e-mail: allowed"]
    assert older.context["older_url"] == ""
    assert older.context["newest_url"]


def test_the_profile_shows_one_kind_alone(rae: Customer, ben: Client) -> None:
    page = ben.get(profile_url(rae) + "?show=consent&show=nonsense")
    assert [entry.title for entry in page.context["entries"]] == [
        "News and offers by e-mail: allowed"
    ]


def test_the_profile_shows_value_consent_and_the_do_not_mail_list(
    cast: Cast, rae: Customer, ben: Client
) -> None:
    with brand_scope(cast.floral):
        Suppression.objects.create(
            channel="email",
            address="rae@example.com",
            reason=Suppression.Reason.BOUNCE,
            at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    page = ben.get(profile_url(rae)).content.decode()
    for words in ("£315.00", "On the do-not-mail list", "30th to 31st order", "<dd>Test</dd>"):
        assert words in page
    assert "/b/floral/segments/new/?" in page


def test_somebody_who_never_bought_has_a_profile(cast: Cast, ben: Client) -> None:
    page = ben.get(profile_url(cast.rae)).content.decode()
    assert "No order yet" in page
    assert "Nothing of this kind has happened yet" in page


def test_another_brands_customer_is_not_there(
    cast: Cast, rae: Customer, ana: Client, cleo: Client, ben: Client
) -> None:
    assert ana.get(profile_url(rae, "grocer")).status_code == 404
    assert cleo.get(profile_url(rae)).status_code == 404
    assert cleo.get(profile_url(rae, "rival")).status_code == 404
    assert cleo.get("/b/floral/customers/").status_code == 404
    assert cleo.get("/b/rival/customers/", {"q": "rae"}).context["rows"] == []
    for wrong in ("cus_nonsense", "seg_" + "0" * 26, "1"):
        assert ben.get(f"/b/floral/customers/{wrong}/").status_code == 404


def test_pages_need_as_many_queries_for_one_row_as_for_ten(
    cast: Cast, ben: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    counts = []
    for size in (1, 10):
        with brand_scope(cast.floral):
            for number in range(size):
                factories.customer(email=f"p{size}-{number}@example.com")
                factories.order(cast.rae, source_id=f"{size}-{number}", on=date(2026, 2, 1))
            refresh_facts(customer_ids=None)
        for url in ("/b/floral/customers/", profile_url(cast.rae)):
            with django_assert_max_num_queries(42) as used:
                ben.get(url)
            counts.append(len(used))
    assert counts[:2] == counts[2:]


def test_nothing_is_written_about_somebody_erased(cast: Cast, ben: Client) -> None:
    with brand_scope(cast.floral):
        erase_customer(customer=cast.rae)
    posts = {
        "edit": {"attribute.size": "L", "tags": "vip"},
        "notes": {"text": "Rae Winter of Leeds"},
        "identities": {"kind": "email", "value": "rae@example.org"},
    }
    for place, data in posts.items():
        assert ben.post(f"{profile_url(cast.rae)}{place}/", data).status_code == 404
    with brand_scope(cast.floral):
        rae = Customer.objects.get(pk=cast.rae.pk)
        assert (rae.attributes, rae.tags, rae.email) == ({}, [], "")
        assert not Note.objects.exists()


def test_of_an_edit_all_is_kept_or_nothing(cast: Cast, ben: Client) -> None:
    ben.post(f"{profile_url(cast.rae)}edit/", {"attribute.size": "L", "tags": "x" * 500})
    with brand_scope(cast.floral):
        assert Customer.objects.get(pk=cast.rae.pk).attributes == {}
