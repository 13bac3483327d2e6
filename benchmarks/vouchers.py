"""How many vouchers a second twelve workers draw and redeem, beside a bare loop.

    python benchmarks/vouchers.py            300 by each worker, 3 rounds
    python benchmarks/vouchers.py --quick    50 by each, 1 round
    python benchmarks/vouchers.py --json     the same as one JSON object

Each draw is an asker of its own, in its own transaction and brand scope. The bare loop takes a free
row of a table with the same columns and nothing else by FOR UPDATE SKIP LOCKED, over Django too: no
scope, no row security, no keys, and nobody who asks twice is known again. `draw again` asks for
what was drawn before. `redeem` is a redemption with its event. `ratio` is to the bare loop.
"""

import sys
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.started import test_database

# isort: split

from django.db import connection, transaction

from accounts.models.brands import Brand
from accounts.models.organisations import Organisation
from accounts.scope import brand_scope
from benchmarks.ledger import WORKERS, by_all
from benchmarks.people import load_average
from benchmarks.telling import options, tell
from config.roles import as_migrate_role
from partners.models.partnerships import Partnership
from partners.models.vouchers import Redemption, Voucher, VoucherPool
from partners.services.redemptions import redeem
from partners.services.vouchers import create_pool, draw_voucher, make_codes

_BARE = """
CREATE TABLE bare_voucher (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, brand_id bigint, pool_id bigint, code text,
    state text, cause_id bigint, drawn_at timestamptz
);
CREATE INDEX ON bare_voucher (brand_id, pool_id, id) WHERE state = 'free';
"""
_FILL = """
INSERT INTO bare_voucher (brand_id, pool_id, code, state)
SELECT brand_id, pool_id, code, 'free' FROM partners_voucher WHERE brand_id = %s AND pool_id = %s
"""
_DRAW = """
UPDATE bare_voucher SET state = 'assigned', cause_id = %s, drawn_at = now()
WHERE id = (
    SELECT id FROM bare_voucher WHERE brand_id = %s AND pool_id = %s AND state = 'free'
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING code
"""


def _asker(key: str) -> int:
    """One for each act: `by_all` names them `name:worker:number`, the first one `first`."""
    _, worker, number = key.split(":")
    return int(worker) * 1_000_000 + (999_999 if number == "first" else int(number))


def bare(pool: VoucherPool, _customer: int, key: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_DRAW, [_asker(key), pool.brand_id, pool.pk])
        assert cursor.fetchone()


def drawn(pool: VoucherPool, _customer: int, key: str) -> None:
    with brand_scope(pool.brand_id):
        draw_voucher(pool, cause=("offer", _asker(key)))


def redeemed(partnership: Partnership, codes: dict[int, str], _customer: int, key: str) -> None:
    with brand_scope(partnership.brand_id):
        redeem(partnership, code=codes[_asker(key)], key=key, via=Redemption.Via.TILL)


def one_round(brand: Brand, partnership: Partnership, number: int, times: int) -> dict[str, Any]:
    """Figures of one round, in a pool with exactly as many codes as are drawn."""
    count = WORKERS * (times + 1)
    with brand_scope(brand):
        pool = create_pool(partnership, name=f"Round {number}", kind="percent", value=10)
        make_codes(pool, count=count)
        pool.brand = brand
        with connection.cursor() as cursor:
            cursor.execute(_FILL, [brand.pk, pool.pk])
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE")
    figures = {
        "bare loop": by_all(partial(bare, pool), "bare", times).figures(),
        "draw": by_all(partial(drawn, pool), "draw", times).figures(),
        "draw again": by_all(partial(drawn, pool), "draw", times).figures(),
    }
    with brand_scope(brand):
        mine = Voucher.objects.filter(pool=pool, state=Voucher.State.ASSIGNED)
        codes = {each.cause_id: each.code for each in mine}
        assert len(set(codes.values())) == len(codes) == count
    acts = partial(redeemed, partnership, codes)
    figures["redeem"] = by_all(acts, "draw", times).figures()
    with brand_scope(brand):
        assert Redemption.objects.filter(voucher__pool=pool).count() == count
    return figures


def measure(*, times: int, rounds: int) -> dict[str, Any]:
    agency = Organisation.objects.create(kind=Organisation.Kind.AGENCY, name="Benchmark")
    brand = Brand.objects.create(organisation=agency, name="Large", slug="large")
    with as_migrate_role() as owner, owner.cursor() as cursor:
        cursor.execute(_BARE)
    with brand_scope(brand):
        partnership = Partnership.objects.create(
            name="Trattoria", email="pia@lucia.example", state="active", terms_number=1
        )
        partnership.brand = brand
    found = [one_round(brand, partnership, number, times) for number in range(rounds)]
    best = {
        name: max((each[name] for each in found), key=lambda figures: figures["per second"])
        for name in found[0]
    }
    least = best["bare loop"]["per second"]
    for figures in best.values():
        figures["ratio"] = round(figures["per second"] / least, 2)
    return best


def main() -> None:
    asked = options(__doc__ or "").parse_args()
    with test_database():
        found = measure(times=50 if asked.quick else 300, rounds=1 if asked.quick else 3)
        tell({"load": load_average(), "workers": WORKERS, **found}, as_json=asked.json)


if __name__ == "__main__":
    main()
