"""What people are written: their rewards, each once, in words that are complete."""

from datetime import UTC, datetime

import pytest

from accounts.scope import brand_scope
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from campaigns.selectors.transactional import written
from customers.models.customers import Customer
from referrals.models.rewards import Reward
from referrals.selectors.addresses import portal_address, reward_address
from referrals.services.mails import mail_link, mail_rewards
from referrals.services.programmes import create_programme, go_live
from tests import factories
from tests.referrals import portals

CLAIMABLE = Reward.State.CLAIMABLE
# The day after the last one begins.
EXPIRES = datetime(2027, 5, 3, 23, tzinfo=UTC)


def sent():
    """(address, template, subject, text) of each mail, as its reader gets it."""
    rows = TransactionalMessage.objects.select_related("template__brand").order_by("pk")
    mails = [(row, written(row, row.template.brand).complete()) for row in rows]
    return [(row.address, row.template.key, mail.subject, mail.text) for row, mail in mails]


def test_an_advocate_hears_of_a_reward_with_the_friend_and_the_last_day(advocate, floral):
    ben = portals.friend(advocate, "Ben H.")
    made = portals.reward(advocate, ben, state=CLAIMABLE, expires_at=EXPIRES)
    assert mail_rewards([made.pk]) == 1
    [(address, key, subject, text)] = sent()
    assert (address, key) == ("rae@example.com", "reward_ready")
    assert subject == "Your reward is here: £10"
    assert "Ben H. ordered through your link" in text
    assert "until 3 May 2027" in text
    assert reward_address(made.pk) in text
    assert portal_address(programme_id=advocate.programme_id, customer_id=advocate.customer_id) in (
        text
    )


def test_a_friend_hears_of_theirs_by_the_advocates_first_name(advocate, floral):
    ben = factories.customer(email="ben@example.com", first_name="Ben")
    made = portals.reward(advocate, of=ben, state=CLAIMABLE)
    assert mail_rewards([made.pk]) == 1
    [(address, key, subject, text)] = sent()
    assert (address, key, subject) == (
        "ben@example.com",
        "friend_reward",
        "£10 for you, as promised",
    )
    assert "Rae sent you to us" in text
    assert reward_address(made.pk) in text
    assert "/me/" not in text


def test_what_is_no_name_is_not_written_to_friends(advocate, floral):
    Customer.objects.filter(pk=advocate.customer_id).update(
        first_name="Win at https://evil.example"
    )
    ben = factories.customer(email="ben@example.com", first_name="Ben")
    assert mail_rewards([portals.reward(advocate, of=ben, state=CLAIMABLE).pk]) == 1
    [(_, _, _, text)] = sent()
    assert "A friend sent you to us" in text
    assert "evil.example" not in text


def test_several_rewards_are_one_mail_that_leads_to_the_customers_page(advocate, floral):
    made = [portals.reward(advocate, state=CLAIMABLE).pk for _ in range(3)]
    assert mail_rewards(made) == 1
    [(_, _, subject, text)] = sent()
    assert subject == "Your reward is here: 3 rewards"
    assert "/me/" in text
    assert "/reward/" not in text


@pytest.mark.parametrize("state", ["pending", "rejected", "redeemed"])
def test_nobody_is_told_of_what_they_cannot_have(advocate, state):
    assert mail_rewards([portals.reward(advocate, state=state).pk]) == 0
    assert sent() == []


def test_who_has_no_mailbox_of_their_own_gets_no_mail(advocate):
    made = portals.reward(advocate, state=CLAIMABLE)
    Customer.objects.update(is_relay=True)
    assert mail_rewards([made.pk]) == 0
    assert mail_link(Customer.objects.get(), advocate.programme) is None
    assert sent() == []


def test_a_brand_finds_its_mails_when_its_first_programme_starts(cast, run_due_work):
    with brand_scope(cast.floral):
        go_live(create_programme("Give 10, get 10"))
    run_due_work()
    with brand_scope(cast.floral):
        published = TransactionalTemplate.objects.filter(published_at__isnull=False)
        keys = set(published.values_list("key", flat=True))
    assert keys == {"reward_ready", "friend_reward", "referral_link", "portal_code"}


def test_a_link_leads_to_the_customers_own_page(advocate, floral):
    mail_link(advocate.customer, advocate.programme)
    [(address, key, _, text)] = sent()
    assert (address, key) == ("rae@example.com", "referral_link")
    assert "/me/" in text
