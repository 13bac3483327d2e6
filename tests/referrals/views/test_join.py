"""The page that mails customers their own link, and tells nobody who is one."""

import msgspec
import pytest
from django.test import Client

from accounts.models.events import DomainEvent
from accounts.scope import brand_scope
from campaigns.models.transactional import TransactionalMessage
from config.kit import ids
from referrals.models.programmes import Advocate, Programme
from referrals.selectors.advocates import sees_no_offer
from referrals.selectors.programmes import draft_of
from referrals.services.programmes import create_programme, end_programme, go_live, save_draft
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(cast):
    with brand_scope(cast.floral):
        programme = create_programme("Give 10, get 10")
        go_live(programme)
        programme.refresh_from_db()
        return programme


@pytest.fixture
def address(programme):
    return f"/refer/floral/{ids.encode('prp', programme.uid)}"


def mails(cast):
    with brand_scope(cast.floral):
        return list(TransactionalMessage.objects.values_list("address", "template__key"))


def requests(cast):
    with brand_scope(cast.floral):
        return DomainEvent.objects.filter(type="referral_link.requested").count()


def test_the_answer_is_the_same_and_the_link_goes_to_the_mailbox(cast, address, run_due_work):
    with brand_scope(cast.floral):
        gone = factories.customer(email="gone@example.com")
        gone.merged_into = cast.rae
        gone.save()
    answers = [
        Client().post(address, {"email": who}).content
        for who in ("RAE@example.com", "stranger@example.com", "gone@example.com")
    ]
    assert len(set(answers)) == 1
    assert "your link is on its way" in answers[0].decode()
    assert mails(cast) == []
    run_due_work()
    assert mails(cast) == [("rae@example.com", "referral_link")]
    with brand_scope(cast.floral):
        assert Advocate.objects.count() == 0


def test_looking_changes_nothing(cast, address):
    answer = Client().get(address)
    assert "Give £10, get £10" in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    assert Client().head(address).status_code == 200
    assert requests(cast) == 0


def test_the_held_out_are_written_nothing(cast, run_due_work):
    with brand_scope(cast.floral):
        programme = create_programme("Half of all")
        terms = msgspec.structs.replace(draft_of(programme), holdout_percent=50)
        save_draft(programme, terms=terms)
        go_live(programme)
        programme.refresh_from_db()
        # One in two is held out; so many in a row never are on the same side.
        people = [factories.customer(email=f"p{n}@example.com") for n in range(40)]
        held = next(each for each in people if sees_no_offer(programme, each))
        shown = next(each for each in people if not sees_no_offer(programme, each))
    own = f"/refer/floral/{ids.encode('prp', programme.uid)}"
    for each in (held, shown):
        Client().post(own, {"email": each.email})
    run_due_work()
    assert mails(cast) == [(shown.email, "referral_link")]


def test_a_programme_that_ended_says_so_and_writes_nothing(cast, address, run_due_work):
    Client().post(address, {"email": "rae@example.com"})
    with brand_scope(cast.floral):
        end_programme(Programme.objects.get())
    answer = Client().post(address, {"email": "rae@example.com"})
    assert "This offer has ended." in answer.content.decode()
    assert requests(cast) == 1
    run_due_work()
    assert mails(cast) == []


def test_a_mailbox_is_not_filled(cast, address):
    for _ in range(5):
        assert Client().post(address, {"email": "rae@example.com"}).status_code == 200
    assert requests(cast) == 3


def test_a_draft_and_another_brands_programme_are_not_there(cast, address):
    with brand_scope(cast.floral):
        draft = create_programme("Draft")
        draft.refresh_from_db()
    assert Client().get(f"/refer/floral/{ids.encode('prp', draft.uid)}").status_code == 404
    assert Client().get(address.replace("floral", "grocer")).status_code == 404
    assert Client().get("/refer/floral/prp_nothing").status_code == 404
