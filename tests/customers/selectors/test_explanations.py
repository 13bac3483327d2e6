"""Why somebody is in a segment, group by group."""

from accounts.models.brands import Brand
from config.kit.clock import now
from customers.selectors.explanations import explained
from customers.selectors.members import member_ids
from tests import factories

FRENCH = {"kind": "attribute", "field": "country", "op": "is", "values": ["France"]}
BOUGHT = {"kind": "rung", "op": "at_least", "value": 1}


def test_each_group_says_whether_it_holds(floral: Brand) -> None:
    person = factories.customer(email="p@example.com", country="France")
    rule = {"all": [FRENCH, {"any": [BOUGHT, {"none": [FRENCH]}]}, {"none": [BOUGHT]}]}
    why = explained(rule, person, as_of=floral.today)
    assert not why.is_member
    assert why.tree is not None
    assert [child.is_true for child in why.tree.children] == [True, False, True]
    assert [verdict.is_true for verdict in why.rules] == [True, False, True, False]
    assert why.rules[0].pointer == "/all/0"
    assert person.pk not in member_ids(rule, as_of=floral.today)


def test_an_empty_rule_holds_for_the_living_only(floral: Brand) -> None:
    person = factories.customer(email="p@example.com")
    assert explained({"all": []}, person, as_of=floral.today).is_member
    person.erased_at = now()
    person.save()
    why = explained({"all": []}, person, as_of=floral.today)
    assert (why.is_member, why.tree, why.rules) == (False, None, ())
