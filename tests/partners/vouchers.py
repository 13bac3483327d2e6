"""Short words for tests of vouchers: a pool with codes in it, and one given to somebody."""

from itertools import count
from typing import Any

from customers.models.customers import Customer
from partners.models.partnerships import Partnership
from partners.models.vouchers import Voucher, VoucherPool
from partners.services.vouchers import add_codes, create_pool, draw_voucher

_numbers = count(1)


def pool_of(partnership: Partnership, *codes: str, **said: Any) -> VoucherPool:
    """£10 off unless told otherwise, with these codes."""
    values = {"name": f"Pool {next(_numbers)}", "kind": "amount", "value": 1_000, **said}
    pool = create_pool(partnership, **values)
    if codes:
        add_codes(pool, codes)
    return pool


def given(pool: VoucherPool, customer: Customer | None = None, **said: Any) -> Voucher:
    """One drawn from it, for a cause of its own."""
    return draw_voucher(pool, cause=("test", next(_numbers)), customer=customer, **said)
