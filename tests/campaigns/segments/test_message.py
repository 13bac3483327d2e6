"""Rules about mails: sent, clicked, and when time changes the answer."""

from datetime import date, timedelta

import pytest
from django.db import connection

from accounts.models.brands import Brand
from campaigns.models.campaigns import Campaign
from campaigns.models.messages import Delivery, Feedback
from config.kit import ids
from customers.models.customers import Customer
from customers.segments.compiler import CompiledRule, compile_flips, compile_rule
from customers.segments.text import parse_text, to_text
from customers.segments.tree import BadRule, parse_rule
from customers.selectors.why import explain
from tests import factories
from tests.customers.segments.people import at

TODAY = date(2026, 3, 31)


@pytest.fixture
def people(floral: Brand) -> dict[str, Customer]:
    """Ann was sent May 40 days ago and June 5 days ago and clicked May; Bob was sent June; Cem
    nothing; a mail to Dan failed. Eve became Bob."""
    Brand.objects.filter(pk=floral.pk).update(as_of=TODAY, time_zone="America/New_York")
    people = {
        name: factories.customer(email=f"{name}@example.com")
        for name in ["ann", "bob", "cem", "dan", "eve"]
    }
    may, june = (Campaign.objects.create(name=name) for name in ("May", "June"))
    sent(may, people["ann"], 40)
    sent(june, people["ann"], 5)
    sent(june, people["eve"], 5)
    sent(june, people["dan"], 5, outcome=Delivery.Outcome.FAILED)
    Feedback.objects.create(
        campaign=may, customer=people["ann"], kind=Feedback.Kind.CLICK, at=at(ago(40), 23)
    )
    Customer.objects.filter(pk=people["eve"].pk).update(merged_into=people["bob"])
    Customer.objects.filter(email="rae@example.com").update(merged_into=people["bob"])
    return people


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def sent(
    campaign: Campaign, customer: Customer, days: int, outcome: str = Delivery.Outcome.SENT
) -> None:
    Delivery.objects.create(
        campaign=campaign, customer=customer, outcome=outcome, at=at(ago(days), 22)
    )


def rows(compiled: CompiledRule) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(compiled.sql, compiled.params)
        return cursor.fetchall()


def who(people: dict[str, Customer], as_of: date = TODAY, **rule: object) -> str:
    compiled = compile_rule({"all": [{"kind": "message", **rule}]}, as_of=as_of)
    found = {row[0] for row in rows(compiled)}
    return " ".join(name for name, row in people.items() if row.pk in found)


def test_who_was_sent_and_who_clicked(people: dict[str, Customer]) -> None:
    assert who(people, op="sent") == "ann bob"
    assert who(people, op="not_sent") == "cem dan"
    assert who(people, op="clicked") == "ann"
    assert who(people, op="not_clicked") == "bob"


def test_a_window_begins_with_the_brands_day(people: dict[str, Customer]) -> None:
    assert who(people, op="sent", days=5) == ""
    assert who(people, op="sent", days=6) == "ann bob"
    assert who(people, op="clicked", days=40) == ""
    assert who(people, op="clicked", days=41) == "ann"
    assert who(people, op="not_clicked", days=30) == "ann bob"


def test_one_campaign_is_named_by_its_public_id(people: dict[str, Customer]) -> None:
    may = Campaign.objects.get(name="May")
    public_id = ids.encode("cmp", may.uid)
    assert who(people, op="sent", campaign=public_id) == "ann"
    assert who(people, op="not_clicked", campaign=public_id) == ""
    with pytest.raises(BadRule, match="public id"):
        parse_rule({"all": [{"kind": "message", "op": "sent", "campaign": "May"}]})


def test_a_past_day_does_not_know_what_was_sent_later(people: dict[str, Customer]) -> None:
    assert who(people, as_of=ago(6), op="sent") == "ann"
    assert who(people, as_of=ago(41), op="sent") == ""


def test_the_day_a_mail_leaves_the_window_is_foreseen(people: dict[str, Customer]) -> None:
    tree = parse_rule({"all": [{"kind": "message", "op": "sent", "days": 30}]})
    flips = dict(rows(compile_flips(tree, as_of=TODAY)))
    assert flips[people["ann"].pk] == ago(5) + timedelta(days=30)
    assert flips[people["cem"].pk] is None


def test_a_verdict_names_the_last_mail(people: dict[str, Customer]) -> None:
    tree = parse_rule({"all": [{"kind": "message", "op": "sent", "days": 30}]})
    (verdict,) = explain(tree, people["ann"].pk, as_of=TODAY)
    assert verdict.is_true
    assert verdict.value == "26 Mar 2026"
    assert verdict.sentence == "were sent a mail in the last 30 days"


def test_the_text_says_the_same(people: dict[str, Customer]) -> None:
    rule = {"all": [{"kind": "message", "op": "not_clicked", "days": 30}]}
    assert to_text(rule) == "all(\n  message.not_clicked in last 30 days\n)"
    assert parse_text(to_text(rule)) == rule
