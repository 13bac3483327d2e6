"""How long a limited campaign takes, in words."""

from types import SimpleNamespace

import pytest

from campaigns.selectors.transports import pace_words


@pytest.mark.parametrize(
    ("per_minute", "mails", "words"),
    [
        (None, 500, ""),
        (600, 0, ""),
        (600, 500, "less than a minute at 10 a second"),
        (600, 630, "about 1 minute at 10 a second"),
        (600, 108_000, "about 3 hours at 10 a second"),
        (30, 1_000, "about 33 minutes at 30 a minute"),
        (60, 1_000_000, "about 12 days at 1 a second"),
    ],
)
def test_a_limited_campaign_says_how_long_it_takes(per_minute, mails, words):
    assert pace_words(SimpleNamespace(per_minute=per_minute), mails) == words
