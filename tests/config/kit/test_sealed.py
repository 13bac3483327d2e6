"""What is sealed is read again for the same purpose under the same key, and otherwise never."""

import pytest

from config.kit.sealed import Unreadable, seal, unseal


def test_a_secret_is_read_again_and_never_looks_the_same_twice():
    sealed = seal("a secret", purpose="dkim key")
    assert "secret" not in sealed
    assert unseal(sealed, purpose="dkim key") == "a secret"
    assert seal("a secret", purpose="dkim key") != sealed


def test_another_purpose_another_key_and_a_changed_letter_read_nothing(settings):
    sealed = seal("a secret", purpose="dkim key")
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    for text, purpose in [(sealed, "other"), (changed, "dkim key"), ("", "dkim key"), ("é", "x")]:
        with pytest.raises(Unreadable):
            unseal(text, purpose=purpose)
    settings.SECRET_KEY = "another"
    with pytest.raises(Unreadable):
        unseal(sealed, purpose="dkim key")
