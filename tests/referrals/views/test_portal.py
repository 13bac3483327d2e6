"""A customer's own page: looking changes nothing, only their device acts, friends stay private."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models.ledger import AccountKind, AccountRef, Cause, Owner
from accounts.scope import brand_scope
from accounts.services.ledger import Transfer, post
from campaigns.models.transactional import TransactionalMessage
from campaigns.selectors.content import keyring
from config.kit.tokens import Purpose, Ticket, sign_ticket
from customers.services.privacy import erase_customer
from referrals.models.programmes import Advocate, Programme
from referrals.models.referrals import Referral
from referrals.models.rewards import PortalDevice, Reward
from referrals.selectors.portal import Friend, portal_of
from referrals.services.advocates import bar_advocate, current_code, join
from referrals.services.programmes import create_programme, end_programme, go_live
from referrals.services.touches import claim_as_friend
from tests import factories
from tests.referrals import portals

MAY = datetime(2027, 5, 17, 12, tzinfo=UTC)


@pytest.fixture
def programme(cast):
    with brand_scope(cast.floral):
        row = create_programme("Give 10, get 10")
        go_live(row)
        return row


@pytest.fixture
def rae(cast, programme):
    """Rae takes part."""
    with brand_scope(cast.floral):
        return join(programme, customer=cast.rae, source="portal")


def path_of(cast, programme, customer=None):
    ticket = Ticket(cast.floral.pk, programme.pk, (customer or cast.rae).pk)
    return f"/me/{sign_ticket(keyring(), Purpose.PORTAL, ticket)}"


def words(answer):
    return " ".join(answer.content.decode().split())


def counts(cast):
    with brand_scope(cast.floral):
        return Advocate.objects.count(), PortalDevice.objects.count()


def test_looking_changes_nothing_and_is_kept_by_nobody(cast, programme):
    client, path = Client(), path_of(cast, programme)
    for method in ("get", "head", "options"):
        assert getattr(client, method)(path).status_code in {200, 405}
    page = client.get(path)
    assert counts(cast) == (0, 0)
    assert not page.cookies
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert page["X-Robots-Tag"] == "noindex"
    assert "Get my link" in words(page)


def test_the_button_joins_and_makes_the_browser_the_customers(cast, programme):
    client, path = Client(enforce_csrf_checks=True), path_of(cast, programme)
    answer = client.post(f"{path}/join", follow=True)
    with brand_scope(cast.floral):
        advocate = Advocate.objects.get()
        code = advocate.codes.get().code
    assert (advocate.customer_id, advocate.source) == (cast.rae.pk, "portal")
    assert "Welcome! This is your link." in words(answer)
    assert f"/r/floral/{code}" in words(answer)
    assert f"/r/floral/{code}/qr.png" in words(answer)
    assert "rae@example.com" not in words(answer)
    assert counts(cast) == (1, 1)
    client.post(f"{path}/join")
    assert counts(cast) == (1, 1)


def test_another_browser_may_look_but_acts_only_with_a_code_from_the_mailbox(cast, programme, rae):
    path = path_of(cast, programme)
    Client().post(f"{path}/text", {"text": "Lovely flowers!"})
    laptop = Client()
    refused = laptop.post(f"{path}/text", {"text": "Evil words"})
    assert (refused.status_code, refused["Location"]) == (302, f"{path}/device")
    assert "ra…@example.com" in words(laptop.get(f"{path}/device"))
    assert "The code is on its way" in words(laptop.post(f"{path}/device"))
    wrong = laptop.post(f"{path}/device", {"code": "AAAA AAAA"})
    assert "That is not the code." in words(wrong)
    with brand_scope(cast.floral):
        code = TransactionalMessage.objects.get().data["code"]
    assert laptop.post(f"{path}/device", {"code": code})["Location"] == path
    assert counts(cast) == (1, 2)
    laptop.post(f"{path}/text", {"text": "Best tulips"})
    with brand_scope(cast.floral):
        assert Advocate.objects.get().share_text == "Best tulips"
    assert "Best%20tulips" in laptop.get(path).content.decode()


def test_friends_and_rewards_are_told_in_kind_words(cast, programme, rae):
    with brand_scope(cast.floral):
        portals.friend(rae, "Ada L.")
        ben = portals.ordered(rae, "Ben H.", date(2027, 5, 3))
        portals.reward(rae, ben, available_at=MAY)
        held = portals.ordered(rae, "Cy K.", date(2027, 5, 4), review=Referral.Review.OPEN)
        portals.reward(rae, held, is_held=True)
        refused = {"state": Referral.State.DISQUALIFIED, "reason": "existing_customer"}
        portals.ordered(rae, "Di M.", date(2027, 5, 5), **refused)
        ready = portals.reward(rae, state=Reward.State.CLAIMABLE, rule="tier:3:3")
        claim_page = portals.reward_path(ready)
        portals.reward(rae, state=Reward.State.REVERSED, rule="tier:5:5", reversed_minor=1_000)
    said = words(Client().get(path_of(cast, programme)))
    for sentence in (
        "Came through your link.",
        "Ordered on 3 May. £10 is yours on 17 May 2027.",
        "Ordered on 4 May. We are having a look at this one",
        "Ordered on 5 May. The reward is for friends who order for the first time.",
        "For 3 friends. Ready.",
        "Taken back, because the order was paid back.",
        "Please look again",
        "For bringing Ben H. Yours on 17 May 2027.",
    ):
        assert sentence in said, sentence
    assert claim_page in said
    assert "ben@example.com" not in said


def test_a_claim_with_an_address_tells_nothing_of_whose_it_is(cast, programme, rae):
    with brand_scope(cast.floral):
        buyer = factories.customer(email="buyer@example.com", first_name="Bella", last_name="Q")
        factories.order(buyer, source_id="1", on=date(2026, 5, 3))
        code = current_code(rae)
        for address in ("nobody@example.com", "buyer@example.com", "rae@example.com"):
            assert claim_as_friend(code, email=address).referral.friend_label == ""
        # Whatever older claims kept is not shown either.
        Referral.objects.filter(friend=buyer).update(friend_label="Bella Q.")
        friends = portal_of(cast.floral, programme.pk, cast.rae).friends
    assert friends == [Friend("A friend", "Came through your link.")] * 3


def test_what_can_be_spent_and_what_is_owed_back_is_said(cast, programme, rae):
    with brand_scope(cast.floral):
        cost = AccountRef(Owner("programme", programme.pk), AccountKind.EXPENSE, "GBP")
        paid = AccountRef(Owner("programme", programme.pk), AccountKind.SETTLED, "GBP")
        hers = Owner("customer", cast.rae.pk)
        for key, transfer in {
            "credit": Transfer(cost, AccountRef(hers, AccountKind.AVAILABLE, "GBP"), 250),
            "debt": Transfer(AccountRef(hers, AccountKind.DEBT, "GBP"), paid, 400),
        }.items():
            post(key=key, kind="test", cause=Cause("reward", 1), transfers=[transfer])
    said = words(Client().get(path_of(cast, programme)))
    assert "<dt>To spend</dt><dd>£2.50</dd>" in said
    assert "<dt>Owed back</dt><dd>£4</dd>" in said


def test_one_button_asks_for_another_look_once(cast, programme, rae):
    path = path_of(cast, programme)
    with brand_scope(cast.floral):
        portals.ordered(rae, "Ben H.", date(2027, 5, 3), review=Referral.Review.OPEN)
    client = Client()
    said = words(client.post(f"{path}/appeal", follow=True))
    assert "We are having another look, as you asked." in said
    assert "Please look again" not in said
    with brand_scope(cast.floral):
        assert Referral.objects.get().appealed_at is not None


def test_who_may_not_share_is_told_so_and_keeps_the_rest(cast, programme, rae):
    path = path_of(cast, programme)
    with brand_scope(cast.floral):
        bar_advocate(rae, reason="Posted the code in forums")
    said = words(Client().get(path))
    assert "You cannot share just now. What you have stays yours." in said
    assert "forums" not in said
    with brand_scope(cast.floral):
        end_programme(Programme.objects.get())
    assert "This offer has ended. Thank you for sharing." in words(Client().get(path))


def test_forged_links_links_for_other_things_and_links_of_the_erased_open_nothing(cast, programme):
    path = path_of(cast, programme)
    ticket = Ticket(cast.floral.pk, programme.pk, cast.rae.pk)
    others = sign_ticket(keyring(), Purpose.UNSUBSCRIBE, ticket)
    for wrong in (path[:-1], f"{path[:20]}z{path[21:]}", f"/me/{others}"):
        assert Client().get(wrong).status_code == 404
        assert Client().post(f"{wrong}/join").status_code == 404
    assert Client().post(f"{path}/pay").status_code == 404
    with brand_scope(cast.floral):
        erase_customer(customer=cast.rae)
    assert Client().get(path).status_code == 404
    assert Client().post(f"{path}/join").status_code == 404
    assert counts(cast) == (0, 0)


def test_a_page_with_many_friends_costs_as_many_queries_as_one_with_a_few(cast, programme, rae):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert Client().get(path_of(cast, programme)).status_code == 200
        return len(found)

    with brand_scope(cast.floral):
        portals.reward(rae, portals.ordered(rae, "Ben H.", date(2027, 5, 3)))
    few = queries()
    # The brand, the customer, and one for each part of the page, in a transaction in scope.
    assert few <= 9
    with brand_scope(cast.floral):
        for at in range(40):
            portals.reward(rae, portals.ordered(rae, f"F{at} X.", date(2027, 5, 3)))
    assert queries() == few
    assert "Earlier friends" in words(Client().get(path_of(cast, programme)))


def test_a_whole_page_is_below_50_kb(cast, programme, rae):
    page = Client().get(path_of(cast, programme)).content
    files = ("css/tokens.css", "css/base.css", "css/referrals.css", "js/portal.js")
    sizes = [len(Path(finders.find(name)).read_bytes()) for name in files]
    assert len(page) + sum(sizes) < 50_000
