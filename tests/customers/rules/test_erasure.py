"""A keyed hash of an erased address: HMAC by its book, another one for each brand."""

import hashlib
import hmac

from customers.rules.erasure import addresses_in, brand_key, erased_hash, pads

KEY = b"k" * 32


def test_the_hash_is_hmac_sha256_in_hex():
    assert erased_hash("jo@example.com", key=KEY) == (
        hmac.new(KEY, b"jo@example.com", hashlib.sha256).hexdigest()
    )


def test_the_pads_give_the_same_hash_by_two_plain_ones():
    both = pads(KEY)
    inner = hashlib.sha256(both.inner + b"jo@example.com").digest()
    assert hashlib.sha256(both.outer + inner).hexdigest() == erased_hash("jo@example.com", key=KEY)


def test_each_brand_and_each_secret_has_a_key_of_its_own():
    keys = {brand_key("one", 1), brand_key("one", 2), brand_key("two", 1)}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}


def test_addresses_are_found_in_any_text_whatever_its_pieces():
    text = 'a,"Jo@Example.com";x\n<mo@b.example>\tnot@\n@no ' + "y" * 100_000
    whole = text.encode()
    cut = [whole[n : n + 7] for n in range(0, len(whole), 7)]
    for pieces in ([whole], cut):
        assert set(addresses_in(pieces)) >= {"jo@example.com", "mo@b.example"}
    assert "jo@example.com" in set(addresses_in([text.encode("utf-16")]))
    assert "jo@example.com" in set(addresses_in([b"\xe9\xff,jo@example.com"]))
    assert list(addresses_in([])) == []
