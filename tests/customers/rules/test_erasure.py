"""A keyed hash of an erased address: HMAC by its book, another one for each brand."""

import hashlib
import hmac

from customers.rules.erasure import brand_key, erased_hash, pads

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
