"""Codes found in public: a burst of strangers, one successor, and the old link still working."""

from datetime import timedelta

import msgspec
import pytest

from accounts.models.events import DomainEvent
from config.kit.clock import now
from referrals.models.links import ReferralCode, Touch
from referrals.models.referrals import Referral
from referrals.rules.leaks import FROM_PUBLIC, STRANGERS
from referrals.rules.terms import Terms
from referrals.selectors.advocates import code_named
from referrals.selectors.programmes import current_version, draft_of
from referrals.services.advocates import current_code
from referrals.services.leaks import burst_of, replace_code, watch_codes
from referrals.services.programmes import create_programme, go_live, save_draft
from referrals.services.touches import claim_as_friend

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(floral):
    """Friends get nothing: a mail cannot leave while the brand's scope is open."""
    row = create_programme("Codes", terms=Terms(friend=None))
    go_live(row)
    return row


@pytest.fixture
def code(advocate):
    return current_code(advocate)


def used(code, count, *, start=0, **fields):
    """So many different people used the code just now."""
    values = {"kind": "claim", "at": now() - timedelta(minutes=5), **fields}
    return Touch.objects.bulk_create(
        Touch(
            programme_id=code.advocate.programme_id,
            advocate=code.advocate,
            code=code,
            **{"friend_key": f"{number:064x}", **values},
        )
        for number in range(start, start + count)
    )


def leaks():
    return DomainEvent.objects.filter(type="referral_code.leaked").count()


def test_the_fiftieth_stranger_in_an_hour_gives_the_advocate_another_code(advocate, code):
    used(code, STRANGERS - 1)
    assert watch_codes([code.pk]) == []
    # The same people again, by their orders and as a program, are no more people.
    used(code, STRANGERS - 1, kind="code")
    used(code, 5, start=900, is_machine=True)
    assert watch_codes([code.pk]) == []
    assert (leaks(), current_code(advocate).pk) == (0, code.pk)
    used(code, 1, start=STRANGERS)
    assert watch_codes([code.pk]) == [code.pk]
    successor = current_code(advocate)
    assert successor.pk != code.pk
    assert leaks() == 1
    # The old one still says whose it is.
    assert code_named(code.code).advocate == advocate
    assert watch_codes([code.pk]) == []
    assert leaks() == 1


def test_fifty_friends_over_a_week_are_popularity(code):
    used(code, STRANGERS - 1)
    used(code, STRANGERS, start=500, at=now() - timedelta(hours=2))
    assert watch_codes([code.pk]) == []
    assert ReferralCode.objects.filter(leaked_at=None).count() == 1


def test_visitors_from_coupon_sites_are_counted_by_network(code):
    found = {"kind": "view", "evidence": {"from": "www.quidco.com", "public": "quidco.com"}}
    used(code, 30, network="203.0.113.0/24", **found)
    for number in range(1, FROM_PUBLIC - 1):
        used(code, 1, network=f"198.51.{number}.0/24", **found)
    used(code, 30, kind="view", network="192.0.2.0/24", evidence={"from": "blog.example"})
    assert watch_codes([code.pk]) == []
    used(code, 1, network="198.51.200.0/24", **found)
    assert watch_codes([code.pk]) == [code.pk]


def test_claims_of_a_crowd_are_noticed_by_themselves(advocate, code, run_due_work):
    used(code, STRANGERS - 2)
    claim_as_friend(code, email="fay@example.com")
    run_due_work()
    assert leaks() == 0
    claim_as_friend(code, email="kim@example.com")
    run_due_work()
    assert leaks() == 1
    assert burst_of(code.pk) == list(Referral.objects.order_by("pk").values_list("pk", flat=True))


def test_the_burst_waits_for_a_person_whatever_score_the_programme_holds_from(
    cast, advocate, code, run_due_work
):
    programme = advocate.programme
    terms = draft_of(programme)
    lenient = msgspec.structs.replace(terms.review, hold_score=1_000)
    save_draft(programme, terms=msgspec.structs.replace(terms, review=lenient))
    go_live(programme)
    claim_as_friend(code, email="fay@example.com")
    run_due_work()
    assert Referral.objects.get().review == ""
    replace_code(code)
    run_due_work()
    assert Referral.objects.get().review == "open"


def test_one_leak_is_noticed_once(code):
    assert replace_code(code)
    assert not replace_code(code)
    assert leaks() == 1


def test_the_burst_is_who_came_shortly_before_it_was_noticed_and_since(advocate, code):
    version = current_version(advocate.programme)
    touches = used(code, 3)
    hours = [5, 0.5, 0]
    made = [
        Referral.objects.create(
            programme=advocate.programme,
            version=version,
            advocate=advocate,
            touch=touch,
            friend_key=touch.friend_key,
            identified_at=now() - timedelta(hours=ago),
        )
        for touch, ago in zip(touches, hours, strict=True)
    ]
    assert burst_of(code.pk) == []
    replace_code(code)
    assert burst_of(code.pk) == [made[1].pk, made[2].pk]
