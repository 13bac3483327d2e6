"""JSON lists and lines as rows: read object by object, so that no file has to fit into memory."""

import json
from collections.abc import Iterator
from typing import Any, TextIO

from config.kit.errors import Invalid
from customers.imports.woocommerce_rest_orders.rows import is_order, rows_of

_BLOCK = 256 * 1024
_LARGEST = 8 * 1024 * 1024
_BETWEEN = " \t\r\n,[]"


def json_rows(text: TextIO) -> Iterator[list[str]]:
    """The rows of a file of orders. Raises Invalid for anything else."""
    for value in _objects(text):
        if not is_order(value):
            raise Invalid(
                "This JSON is not a list of orders as WooCommerce\u2019s REST API gives them "
                "(/wp-json/wc/v3/orders).",
                code="json_of_something_else",
            )
        yield from rows_of(value)


def first_rows(text: TextIO, limit: int) -> list[list[str]]:
    """The first rows. Raises Invalid when there is none."""
    rows = []
    for row in json_rows(text):
        rows.append([cell.strip() for cell in row])
        if len(rows) >= limit:
            break
    if not rows:
        raise Invalid("This file holds no orders.", code="file_without_rows")
    return rows


def _objects(text: TextIO) -> Iterator[Any]:
    """Values of a JSON array, or those that follow each other line by line."""
    decoder = json.JSONDecoder()
    buffer, is_at_end = "", False
    while True:
        buffer = buffer.lstrip(_BETWEEN)
        try:
            value, end = decoder.raw_decode(buffer)
        except (ValueError, RecursionError) as error:
            if is_at_end and not buffer:
                return
            if is_at_end or len(buffer) > _LARGEST or isinstance(error, RecursionError):
                raise Invalid(
                    "This JSON is cut off or damaged. Fetch it again.", code="json_damaged"
                ) from error
            block = text.read(_BLOCK)
            is_at_end = not block
            buffer += block
            continue
        yield value
        buffer = buffer[end:]
