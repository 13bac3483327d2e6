"""Tokens: what they carry, what they refuse, and that old keys keep working."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.kit.tokens import (
    BadToken,
    Purpose,
    Ticket,
    make_keyring,
    read_ticket,
    sign_ticket,
    signer,
)

RING = make_keyring({"7": "a secret"})
TICKET = Ticket(brand_id=3, campaign_id=41, customer_id=2**40, link=12)
ids = st.integers(min_value=0, max_value=2**63 - 1)


@given(ids, ids, ids, st.integers(min_value=0, max_value=65535), st.sampled_from(list(Purpose)))
def test_a_token_reads_back_what_was_signed(brand_id, campaign_id, customer_id, link, purpose):
    ticket = Ticket(brand_id, campaign_id, customer_id, link if purpose is Purpose.CLICK else 0)
    assert read_ticket(RING, purpose, sign_ticket(RING, purpose, ticket)) == ticket


def test_a_token_is_59_characters_that_need_no_escaping():
    token = sign_ticket(RING, Purpose.CLICK, TICKET)
    assert len(token) == 59
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_prepared_signer_agrees_with_single_signing():
    sign = signer(RING, Purpose.CLICK, brand_id=3, campaign_id=41)
    assert sign(2**40, 12) == sign_ticket(RING, Purpose.CLICK, TICKET)


@pytest.mark.parametrize("count", [0, 1, 2, 33, 64, 65, 300])
def test_tokens_made_together_agree_with_single_signing(count):
    sign = signer(RING, Purpose.CLICK, brand_id=3, campaign_id=41)
    together = [(sign.begin(2**40) + sign.end(link)).decode() for link in range(count)]
    assert together == [sign(2**40, link) for link in range(count)]
    for link, token in enumerate(together):
        assert read_ticket(RING, Purpose.CLICK, token) == Ticket(3, 41, 2**40, link)


def test_no_two_customers_campaigns_or_brands_share_a_signature():
    signers = [
        signer(RING, Purpose.CLICK, brand_id=brand_id, campaign_id=campaign_id)
        for brand_id in (3, 41)
        for campaign_id in (3, 41)
    ]
    signatures = [sign.begin(who)[-22:] for who in (1, 2, 2**40) for sign in signers]
    assert len(set(signatures)) == 12


def test_whoever_holds_a_link_reaches_the_other_links_of_that_mail_and_nothing_else():
    token = sign_ticket(RING, Purpose.CLICK, TICKET)
    other = sign_ticket(RING, Purpose.CLICK, Ticket(3, 41, 2**40, link=11))
    assert (token[:56], token[56:]) == (other[:56], "AAw")
    for place in range(56):
        swapped = "A" if token[place] != "A" else "B"
        with pytest.raises(BadToken):
            read_ticket(RING, Purpose.CLICK, token[:place] + swapped + token[place + 1 :])


def test_only_clicks_have_a_link_number():
    token = sign_ticket(RING, Purpose.UNSUBSCRIBE, Ticket(3, 41, 2**40))
    assert read_ticket(RING, Purpose.UNSUBSCRIBE, token) == Ticket(3, 41, 2**40)
    with pytest.raises(BadToken):
        read_ticket(RING, Purpose.UNSUBSCRIBE, token[:56] + "AAw")


@pytest.mark.parametrize("other", [Purpose.OPEN, Purpose.UNSUBSCRIBE, Purpose.MESSAGE])
def test_a_token_serves_one_purpose_only(other):
    with pytest.raises(BadToken):
        read_ticket(RING, other, sign_ticket(RING, Purpose.CLICK, TICKET))


def test_every_single_changed_character_is_noticed():
    token = sign_ticket(RING, Purpose.UNSUBSCRIBE, Ticket(3, 41, 2**40))
    for place in range(len(token)):
        swapped = "A" if token[place] != "A" else "B"
        with pytest.raises(BadToken):
            read_ticket(RING, Purpose.UNSUBSCRIBE, token[:place] + swapped + token[place + 1 :])


def test_a_token_has_one_spelling_only():
    token = sign_ticket(RING, Purpose.CLICK, TICKET)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twins = [
        token[:-1] + letter
        for letter in alphabet
        if letter != token[-1]
        and base64.urlsafe_b64decode(token[:-1] + letter + "=")
        == base64.urlsafe_b64decode(token + "=")
    ]
    assert len(twins) == 3
    for twin in twins:
        with pytest.raises(BadToken):
            read_ticket(RING, Purpose.CLICK, twin)


@pytest.mark.parametrize("text", ["", "x", "é" * 59, "\x00" * 59, "A" * 59, "=" * 59, "A" * 4000])
def test_what_is_not_a_token_is_refused(text):
    with pytest.raises(BadToken):
        read_ticket(RING, Purpose.CLICK, text)


def test_retired_keys_verify_and_only_the_first_key_signs():
    old = make_keyring({"1": "old"})
    both = make_keyring({"2": "new", "1": "old"})
    token = sign_ticket(old, Purpose.CLICK, TICKET)
    assert read_ticket(both, Purpose.CLICK, token) == TICKET
    with pytest.raises(BadToken):
        read_ticket(old, Purpose.CLICK, sign_ticket(both, Purpose.CLICK, TICKET))


@pytest.mark.parametrize("keys", [{}, {"x": "s"}, {"256": "s"}, {"1": ""}])
def test_a_bad_key_setting_is_refused_at_the_start(keys):
    with pytest.raises(ValueError, match="TOKEN_KEYS"):
        make_keyring(keys)


def test_the_links_of_a_variant_are_numbered_after_those_of_the_others():
    plain = signer(RING, Purpose.CLICK, brand_id=3, campaign_id=14)
    for before in (1, 5, 63, 64, 130):
        later = signer(RING, Purpose.CLICK, brand_id=3, campaign_id=14, links_before=before)
        for link in (1, 2, 70):
            assert read_ticket(RING, Purpose.CLICK, later(159, link)).link == before + link
        assert later(159, 0) == plain(159, 0)
        assert later.begin(159) == plain.begin(159)
