"""Addresses that a receiving server says do not exist: hard bounces, without a mail about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Cursor
from psycopg.rows import TupleRow

from campaigns.rules.bounces import is_hard, status_of, words_of
from config.kit import sql


def list_unknown(
    cursor: Cursor[TupleRow], keys: Mapping[str, Any], refused: Sequence[tuple[int, str]]
) -> None:
    """`refused`: customers and what the server answered; `keys` name brand and campaign."""
    unknown = {
        customer_id: words_of(answer)
        for customer_id, answer in refused
        if is_hard(status_of(answer))
    }
    if unknown:
        cursor.execute(
            sql.load("campaigns", "list_unknown"),
            {**keys, "customer_ids": [*unknown], "details": [*unknown.values()]},
        )
