"""A partner's own system reads the partner's statements, line by line."""

import hashlib

from accounts.models.users import User
from config.kit import ids
from partners.models.partnerships import Partnership
from tests.partners import settling
from tests.partners.keys import system_of


def test_a_statement_is_read_with_its_lines(dinner: Partnership, pia: User) -> None:
    statement = settling.stated(settling.offer_of(dinner, share=100, lock_days=0), 5_000)
    api = system_of(dinner, pia, "own_offers:read")
    public_id = ids.encode("stm", statement.uid)

    [listed] = api.get("/partner/statements").json()["data"]
    assert (listed["id"], listed["number"], listed["total_minor"]) == (public_id, 1, -500)
    assert api.get(f"/partner/statements/{public_id}").json() == listed
    lines = api.get(f"/partner/statements/{public_id}/lines")
    assert lines["Content-Type"].startswith("text/csv")
    assert hashlib.sha256(lines.content).hexdigest() == listed["content_hash"]


def test_another_partners_statement_is_not_there(
    dinner: Partnership, wines: Partnership, pia: User
) -> None:
    theirs = settling.stated(settling.offer_of(wines, share=100, lock_days=0), 5_000)
    api = system_of(dinner, pia)
    public_id = ids.encode("stm", theirs.uid)
    for path in (f"/partner/statements/{public_id}", f"/partner/statements/{public_id}/lines"):
        assert api.get(path).status_code == 404
    assert api.get("/partner/statements", starting_after=public_id).status_code == 404
    assert api.get("/partner/statements").json()["data"] == []
