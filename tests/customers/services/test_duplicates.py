"""Finding two records of one person: by what they share, bounded, and never asked twice."""

from typing import Any

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from config.kit.errors import Conflict
from customers.models.customers import Customer
from customers.models.merges import DuplicatePair
from customers.services.attributes import define_attribute
from customers.services.customers import Details, upsert_customer
from customers.services.duplicates import LARGEST_GROUP, Search, dismiss_pair, find_duplicates
from customers.services.merges import merge_customers, undo_merge
from tests.conftest import Cast


def _person(email: str, **details: Any) -> Customer:
    return upsert_customer(email=email, details=Details(**details)).customer


def _pairs() -> list[tuple[int, int, list[str], int, str]]:
    return list(
        DuplicatePair.objects.order_by("first_id", "second_id").values_list(
            "first_id", "second_id", "reasons", "score", "state"
        )
    )


def test_people_who_share_a_phone_are_a_pair(floral: Brand) -> None:
    first = _person("a@example.com", phone="020 7946 0958")
    second = _person("b@example.com", phone="+44 20 7946 0958")
    _person("c@example.com", phone="020 7946 0959")
    assert find_duplicates() == Search(found=1, left_out=0)
    assert _pairs() == [(first.pk, second.pk, ["phone"], 50, "open")]


def test_names_match_without_accents_case_marks_and_order(floral: Brand) -> None:
    here = {"city": "Leeds", "country": "GB"}
    first = _person("a@example.com", first_name="Ana", last_name="Müller-Roy", **here)
    second = _person("b@example.com", first_name="MULLER ROY,", last_name="ana", **here)
    _person("c@example.com", first_name="Ana", last_name="Müller-Roy", city="York", country="GB")
    _person("d@example.com", first_name="Ana", **here)
    _person("e@example.com", first_name="Ana", **here)
    find_duplicates()
    assert _pairs() == [(first.pk, second.pk, ["city"], 30, "open")]


def test_addresses_of_large_providers_match_without_dots_and_tags(floral: Brand) -> None:
    first = _person("ana.roy@gmail.com")
    second = _person("AnaRoy+news@googlemail.com")
    third = _person("ana.roy@outlook.com")
    fourth = _person("ana.roy+shop@outlook.com")
    _person("anaroy@outlook.com")
    _person("ana.roy@example.com")
    _person("ana.roy+x@example.com")
    find_duplicates()
    assert [pair[:3] for pair in _pairs()] == [
        (first.pk, second.pk, ["email"]),
        (third.pk, fourth.pk, ["email"]),
    ]


def test_several_reasons_make_a_pair_more_likely(floral: Brand) -> None:
    define_attribute(name="Date of birth", kind="date")
    define_attribute(name="zip_code")
    known = {
        "first_name": "Ana",
        "last_name": "Roy",
        "phone": "020 7946 0958",
        "attributes": {"Date of birth": "1990-05-01", "zip_code": "LS1 4AP"},
    }
    _person("a@example.com", **known)
    _person("b@example.com", **known)
    find_duplicates()
    (pair,) = _pairs()
    assert pair[2:] == (["birthday", "phone", "postcode"], 97, "open")


def test_large_groups_are_left_out_and_counted(floral: Brand) -> None:
    for number in range(LARGEST_GROUP + 1):
        _person(f"p{number}@example.com", phone="020 7946 0958")
    assert find_duplicates() == Search(found=0, left_out=1)
    assert _pairs() == []
    event = DomainEvent.objects.get(type="duplicates.searched")
    assert event.payload == {"found": 0, "left_out": 1}


def test_a_second_search_finds_the_same_and_old_pairs_go_when_nothing_is_shared(
    floral: Brand,
) -> None:
    _person("a@example.com", phone="020 7946 0958")
    second = _person("b@example.com", phone="020 7946 0958")
    find_duplicates()
    before = DuplicatePair.objects.values().get()
    find_duplicates()
    assert DuplicatePair.objects.values().get() == before
    Customer.objects.filter(pk=second.pk).update(phone="")
    assert find_duplicates() == Search(found=0, left_out=0)
    assert _pairs() == []


def test_two_people_are_not_asked_about_again(floral: Brand) -> None:
    _person("a@example.com", phone="020 7946 0958")
    _person("b@example.com", phone="020 7946 0958")
    find_duplicates()
    dismiss_pair(pair=DuplicatePair.objects.get())
    find_duplicates()
    assert [pair[4] for pair in _pairs()] == ["dismissed"]


def test_a_merged_pair_is_settled_and_cannot_be_dismissed(floral: Brand) -> None:
    first = _person("a@example.com", phone="020 7946 0958")
    second = _person("b@example.com", phone="020 7946 0958")
    find_duplicates()
    merge = merge_customers(kept=second, gone=first)
    with pytest.raises(Conflict):
        dismiss_pair(pair=DuplicatePair.objects.get())
    assert find_duplicates() == Search(found=0, left_out=0)
    assert [pair[4] for pair in _pairs()] == ["merged"]
    undo_merge(merge=merge)
    find_duplicates()
    assert [pair[4] for pair in _pairs()] == ["dismissed"]


def test_another_brands_people_are_never_part_of_a_pair(cast: Cast, floral: Brand) -> None:
    _person("a@example.com", phone="020 7946 0958")
    assert find_duplicates() == Search(found=0, left_out=0)
