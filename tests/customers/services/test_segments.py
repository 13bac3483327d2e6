"""Saving segments, and refusing to delete one that is in use."""

import pytest

from accounts.models.brands import Brand
from accounts.models.events import DomainEvent
from campaigns.models.campaigns import Campaign
from config.kit import ids
from config.kit.errors import Conflict, Invalid
from customers.models.segments import Segment
from customers.segments.tree import BadRule
from customers.services.segments import create_segment, delete_segment, update_segment

RULE = {"all": [{"kind": "rung", "op": "exactly", "value": 1}]}


def public_id(segment: Segment) -> str:
    return ids.encode("seg", segment.uid)


def test_a_segment_is_saved_with_its_rule(floral: Brand) -> None:
    segment = create_segment(name="  Waiting on rung 1 ", rule=RULE)
    assert (segment.name, segment.rule) == ("Waiting on rung 1", RULE)
    assert DomainEvent.objects.get(type="segment.saved").subject_id == segment.pk


def test_a_name_is_needed_and_taken_once(floral: Brand) -> None:
    create_segment(name="Loyal", rule=RULE)
    for name in ("Loyal", " ", "a\x00b"):
        with pytest.raises(Invalid) as refused:
            create_segment(name=name, rule=RULE)
        assert list(refused.value.fields) == ["name"]
    assert Segment.objects.count() == 1


def test_a_bad_rule_is_not_saved(floral: Brand) -> None:
    with pytest.raises(BadRule):
        create_segment(name="Odd", rule={"all": [{"kind": "moon"}]})
    assert not Segment.objects.exists()


def test_a_segment_cannot_be_made_to_contain_itself(floral: Brand) -> None:
    inner = create_segment(name="Inner", rule=RULE)
    outer = create_segment(
        name="Outer", rule={"all": [{"kind": "segment", "id": public_id(inner)}]}
    )
    with pytest.raises(BadRule, match="contain itself"):
        update_segment(
            segment=inner,
            name="Inner",
            rule={"all": [{"kind": "segment", "id": public_id(outer)}]},
        )
    inner.refresh_from_db()
    assert inner.rule == RULE


def test_a_segment_in_use_stays(floral: Brand) -> None:
    inner = create_segment(name="Inner", rule=RULE)
    outer = create_segment(
        name="Outer", rule={"all": [{"kind": "segment", "id": public_id(inner)}]}
    )
    campaign = Campaign.objects.create(name="May", segment=outer)
    with pytest.raises(Conflict, match="“Outer” uses this one"):
        delete_segment(segment=inner)
    with pytest.raises(Conflict, match="campaign"):
        delete_segment(segment=outer)
    assert Segment.objects.count() == 2
    campaign.delete()
    delete_segment(segment=outer)
    delete_segment(segment=inner)
    assert not Segment.objects.exists()
    assert DomainEvent.objects.filter(type="segment.deleted").count() == 2
