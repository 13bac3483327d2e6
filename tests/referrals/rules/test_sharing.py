"""What friends are told, and where links lead."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from referrals.rules.sharing import (
    Offer,
    disclosed,
    landing_address,
    offer_of,
    reward_words,
    shop_address,
    told,
    ways_to_share,
)
from referrals.rules.terms import RewardTerms, Texts

OFFER = Offer("£10", "15% off")


def pounds(minor):
    return f"£{minor / 100:,.0f}"


@pytest.mark.parametrize(
    ("reward", "words"),
    [
        (RewardTerms(kind="coupon", amount=1_000), "£10"),
        (RewardTerms(kind="coupon", amount=5_000, percent=20), "20% off"),
        (RewardTerms(kind="store_credit", amount=500), "£5 store credit"),
        (RewardTerms(kind="points", amount=1_200), "1,200 points"),
        (RewardTerms(kind="gift_card", amount=2_500), "a £25 gift card"),
        (RewardTerms(kind="cash", amount=1_000), "£10"),
        (RewardTerms(kind="donation", amount=1_000), "£10 for a good cause"),
    ],
)
def test_a_reward_is_said_in_a_few_words(reward, words):
    assert reward_words(reward, pounds) == words


def test_a_side_without_a_reward_leaves_whole_sentences():
    offer = offer_of(None, RewardTerms(kind="coupon", amount=1_000), pounds)
    assert told(Texts().headline, offer, brand="Floral") == "Give £10, get our thanks"
    offer = offer_of(RewardTerms(kind="coupon", amount=1_000), None, pounds)
    assert told(Texts().headline, offer, brand="Floral") == "Give a good tip, get £10"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Anna", "Anna"),
        ("Jean-Luc", "Jean-Luc"),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Neil", "O\N{RIGHT SINGLE QUOTATION MARK}Neil"),
        ("", "A friend"),
        ("www.win.example", "A friend"),
        ("<b>Anna</b>", "A friend"),
        ("x" * 31, "A friend"),
    ],
)
def test_friends_read_a_first_name_or_none(name, shown):
    assert told("{name} gives you {friend_reward}", OFFER, brand="Floral", name=name) == (
        f"{shown} gives you 15% off"
    )


def test_only_the_four_places_are_filled():
    text = "{brand} {0} {name.__class__} {{brand}} {unknown}"
    assert told(text, OFFER, brand="Floral") == ("Floral {0} {name.__class__} {Floral} {unknown}")


def test_a_customers_own_words_always_say_that_both_get_something():
    assert disclosed("Lovely flowers, and I get £10 too.", OFFER) == (
        "Lovely flowers, and I get £10 too."
    )
    assert disclosed("Lovely flowers!", OFFER) == (
        "Lovely flowers!\n\nWe both get a reward: 15% off for you, £10 for me."
    )
    assert disclosed("Lovely!", Offer("our thanks", "£5", has_advocate_reward=False)) == "Lovely!"


def test_every_way_to_share_carries_the_same_code_and_its_own_channel():
    ways = ways_to_share(
        "https://mail.floral.example/",
        "floral",
        "ANNA-7K3Q",
        text="Lovely & fresh",
        subject="Floral",
        offer=OFFER,
    )
    home = "https://mail.floral.example/r/floral/ANNA-7K3Q"
    assert (ways.link, ways.native, ways.qr) == (home, f"{home}?c=native", f"{home}?c=qr")
    assert landing_address("https://x.example", "floral", "A/B") == (
        "https://x.example/r/floral/A%2FB"
    )
    mail = urlsplit(ways.mail)
    assert (mail.scheme, mail.path) == ("mailto", "")
    fields = {name: values[0] for name, values in parse_qs(mail.query).items()}
    assert fields["subject"] == "Floral"
    assert fields["body"] == (
        f"Lovely & fresh\n\nWe both get a reward: 15% off for you, £10 for me.\n\n{home}?c=mail"
    )


@pytest.mark.parametrize(
    ("shop", "address"),
    [
        ("https://floral.example", "https://floral.example/?rapport=ANNA-7K3Q"),
        ("https://floral.example/a?b=1#top", "https://floral.example/a?b=1&rapport=ANNA-7K3Q#top"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_shop_learns_the_code_and_nothing_else(shop, address):
    assert unquote(shop_address(shop, "ANNA-7K3Q")) == address
