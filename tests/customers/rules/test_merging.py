"""What a kept record takes over from the other."""

import pytest

from customers.rules.merging import COLUMNS, Change, taken_attributes, taken_columns

_ROY = {"first_name": "Jo", "last_name": "Roy"}


def _record(**known: str) -> dict[str, str]:
    return {**dict.fromkeys(COLUMNS, ""), **known}


@pytest.mark.parametrize(
    ("kept", "gone", "take", "became"),
    [
        ({"city": "Leeds"}, {"city": "York", "country": "GB"}, (), {"country": "GB"}),
        ({"city": "Leeds"}, {"city": "York"}, ("city",), {"city": "York"}),
        ({"city": "Leeds"}, {}, ("city",), {}),
        (
            {},
            {"first_name": "Jo", "last_name": "Roy"},
            (),
            {"first_name": "Jo", "last_name": "Roy"},
        ),
        ({"first_name": "Jo"}, {"first_name": "JO", "last_name": "Roy"}, (), {"last_name": "Roy"}),
        ({"first_name": "Ana"}, {"first_name": "Jo", "last_name": "Roy"}, (), {}),
        (
            {"first_name": "Ana", "last_name": "Roy"},
            {"first_name": "Jo"},
            ("name",),
            {"first_name": "Jo", "last_name": ""},
        ),
        (
            {"email": "A@x.com", "email_norm": "a@x.com"},
            {"email": "B@x.com", "email_norm": "b@x.com"},
            ("email",),
            {"email": "B@x.com", "email_norm": "b@x.com"},
        ),
    ],
)
def test_the_kept_value_wins_unless_it_is_missing_or_the_other_was_chosen(
    kept: dict[str, str], gone: dict[str, str], take: tuple[str, ...], became: dict[str, str]
) -> None:
    changes = taken_columns(_record(**kept), _record(**gone), take)
    assert {column: change.became for column, change in changes.items()} == became
    assert all(change.was == kept.get(column, "") for column, change in changes.items())


def test_attributes_are_filled_or_chosen_one_by_one() -> None:
    kept = {"size": "S", "vip": False, "tier": 1}
    gone = {"size": "L", "vip": True, "tier": 2, "new": "x"}
    assert taken_attributes(kept, gone, ["attributes/tier"]) == {
        "tier": Change(1, 2),
        "new": Change(None, "x"),
    }
