"""Cells that SQL cannot read: addresses beyond ASCII, phones, attributes of the brand's own. Each
distinct text of the file is read once."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from config.kit.countries import country_code, country_name
from config.kit.text import email_key
from customers.rules.addresses import is_relay_address
from customers.rules.attributes import Reading, Shape, read_value
from customers.rules.phones import phone_key

_BATCH = 5000


@dataclass(frozen=True, slots=True)
class CustomColumn:
    """A column that becomes an attribute: its name, its position from 1, what its values are."""

    name: str
    position: int
    shape: Shape


def odd_emails(cursor: Any) -> dict[str, list[str | None]]:
    """Addresses beyond ASCII and what they compare as: SQL has no IDNA."""
    cursor.execute(
        "SELECT DISTINCT email FROM import_cell WHERE octet_length(email) > length(email)"
    )
    odd = [email for (email,) in cursor.fetchall()]
    return {"odd_emails": odd, "odd_keys": [_key_or_none(text) for text in odd]}


def odd_phones(cursor: Any, country: str) -> dict[str, list[str | None]]:
    """Phones that are not in E.164 and what they are there, None when they are none.

    A national number belongs to its row's country, else to the brand's."""
    cursor.execute(
        "SELECT phone, country"
        " FROM (SELECT DISTINCT phone, coalesce(country, '') AS country FROM import_cell) AS p"
        " WHERE phone IS NOT NULL AND pg_temp.import_e164(phone) IS NULL"
    )
    odd = cursor.fetchall()
    return {
        "odd_phones": [phone for phone, _ in odd],
        "odd_countries": [place for _, place in odd],
        "odd_numbers": [_phone_or_none(phone, place, country) for phone, place in odd],
    }


def countries(cursor: Any) -> dict[str, list[str]]:
    """Countries of the file that are not written as we keep them, and how we do."""
    cursor.execute("SELECT DISTINCT country FROM import_cell WHERE country IS NOT NULL")
    names = {written: country_name(written) for (written,) in cursor.fetchall()}
    odd = {written: name for written, name in names.items() if written != name}
    return {"written_countries": list(odd), "country_names": list(odd.values())}


def relay_domains(cursor: Any) -> list[str]:
    """Domains of the file whose addresses are marketplaces' stand-ins."""
    cursor.execute("SELECT DISTINCT split_part(email_norm, '@', 2) FROM import_read")
    return [domain for (domain,) in cursor.fetchall() if domain and is_relay_address(f"x@{domain}")]


def read_custom(cursor: Any, columns: Sequence[CustomColumn], reading: Reading) -> None:
    """Fill `import_custom` from the columns that become attributes."""
    for column in columns:
        cursor.execute(
            "INSERT INTO import_custom (line_no, name, cell)"
            " SELECT line_no, %(name)s, cell"
            " FROM import_raw, LATERAL"
            " (SELECT (string_to_array(line, chr(31), ''))[%(position)s] AS cell) AS c"
            " WHERE cell IS NOT NULL AND problem IS NULL",
            {"name": column.name, "position": column.position},
        )
        cursor.execute(
            "SELECT DISTINCT cell FROM import_custom WHERE name = %(name)s", {"name": column.name}
        )
        _write_values(cursor, column, reading, (cell for (cell,) in cursor.fetchall()))


def _write_values(
    cursor: Any, column: CustomColumn, reading: Reading, cells: Iterator[str]
) -> None:
    while batch := list(islice(cells, _BATCH)):
        found = [(cell, *_value_or_problem(cell, column.shape, reading)) for cell in batch]
        cursor.execute(
            "UPDATE import_custom AS c SET value = f.value::jsonb, problem = f.problem"
            " FROM unnest(%(cells)s::text[], %(values)s::text[], %(problems)s::text[])"
            " AS f (cell, value, problem)"
            " WHERE c.name = %(name)s AND c.cell = f.cell",
            {
                "name": column.name,
                "cells": [cell for cell, _, _ in found],
                "values": [value for _, value, _ in found],
                "problems": [problem for _, _, problem in found],
            },
        )


def _value_or_problem(cell: str, shape: Shape, reading: Reading) -> tuple[str | None, str | None]:
    try:
        value = read_value(cell, shape, reading)
    except ValueError as error:
        return None, str(error)
    return (None if value is None else json.dumps(value)), None


def _key_or_none(address: str) -> str | None:
    try:
        return email_key(address)
    except ValueError:
        return None


def _phone_or_none(written: str, place: str, country: str) -> str | None:
    try:
        return phone_key(written.lstrip("'"), country_code(place) or country)
    except ValueError:
        return None
