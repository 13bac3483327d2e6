"""Contact rules through the API."""

import pytest

from accounts.scope import brand_scope
from campaigns.rules.pressure import Cap, Rules
from campaigns.selectors.policy import contact_rules
from tests.api import Api, new_key
from tests.conftest import Cast

WHOLE = {
    "caps": [{"count": 2, "days": 7, "period": None}, {"count": 1, "days": 0, "period": "day"}],
    "quiet": {"since": "21:00:00", "until": "08:00:00"},
    "parts": {"survey": {"obeys": False, "counts": True}},
    "own": {"referral": [{"count": 1, "days": 14, "period": None}]},
    "expire_hours": 48,
    "counts_transactional": True,
}


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(new_key(cast.floral, cast.ana))


def test_rules_are_read_as_they_were_written(cast: Cast, api: Api) -> None:
    nothing = {
        "caps": [],
        "quiet": None,
        "parts": {},
        "own": {"partner": [{"count": 1, "days": 30, "period": None}]},
        "expire_hours": 72,
        "counts_transactional": False,
    }
    assert api.get("/contact-rules").json() == nothing
    written = api.put("/contact-rules", WHOLE)
    assert (written.status_code, written.json()) == (200, WHOLE)
    assert api.get("/contact-rules").json() == WHOLE
    assert api.put("/contact-rules", {}).json() == nothing


@pytest.mark.parametrize(
    "wrong",
    [
        {"caps": [{"count": 0, "days": 7}]},
        {"caps": [{"count": 1}]},
        {"caps": [{"count": 1, "days": 7, "period": "day"}]},
        {"quiet": {"since": "21:00", "until": "21:00"}},
        {"parts": {"letters": {"obeys": True}}},
        {"own": {"partner": [{"count": 0, "days": 30}]}},
        {"own": {"letters": []}},
        {"expire_hours": 0},
        {"limit": 3},
    ],
)
def test_rules_that_mean_nothing_are_refused_and_the_former_stay(
    cast: Cast, api: Api, wrong: object
) -> None:
    api.put("/contact-rules", {"caps": [{"count": 5, "days": 30}]})
    answer = api.put("/contact-rules", wrong)
    assert answer.status_code == 422, answer.content
    with brand_scope(cast.floral):
        assert contact_rules() == Rules(caps=(Cap(5, days=30),))
