"""A statement as a PDF, set by typst from what is stored: our template, its words as data only."""

import json
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models.brands import Brand
from config.kit import formats
from config.kit.clock import day_in
from config.kit.colours import contrast, is_hex
from partners.models.settlements import CommissionLine, Statement
from partners.selectors.statements import lines_in, outcome_words, part_words, parties_of, public_id

_FOLDER = Path(__file__).resolve().parents[1] / "typst"
_COLOUR = "#1e6b52"
_INKS = ("#ffffff", "#1f211d")
# More than somebody reads; the CSV has all of them.
MOST_LINES = 1_000


def statement_pdf(statement: Statement, brand: Brand) -> bytes:
    """In the brand's language and colour, with the names and addresses of when it was issued."""
    with override(brand.locale):
        said = _said(statement, brand)
    pdf: bytes = typst.compile(
        str(_FOLDER / "statement.typ"),
        root=str(_FOLDER),
        ignore_system_fonts=True,
        sys_inputs={"said": json.dumps(said)},
        format="pdf",
        timestamp=int(statement.issued_at.timestamp()),
    )
    return pdf


def _said(statement: Statement, brand: Brand) -> dict[str, Any]:
    parties = parties_of(statement)
    colour = str((brand.theme or {}).get("colour", ""))
    colour = colour if is_hex(colour) else _COLOUR
    until = formats.day(statement.until, brand.locale)
    since = formats.day(statement.since, brand.locale) if statement.since else ""
    issued = formats.moment(statement.issued_at, parties.zone, brand.locale)
    rest = statement.lines_count - MOST_LINES
    return {
        "title": _("Statement %(number)s") % {"number": statement.number},
        "brand": parties.brand,
        "initials": parties.brand[:2],
        "colour": colour,
        "ink": max(_INKS, key=lambda ink: contrast(ink, colour)),
        "language": brand.locale.split("-")[0],
        "issued": _("Issued %(at)s") % {"at": issued},
        "period": _("%(since)s to %(until)s") % {"since": since, "until": until}
        if since
        else _("Until %(until)s") % {"until": until},
        "parties": [
            {"label": _("Brand"), "name": parties.brand, "address": parties.brand_address},
            {"label": _("Partner"), "name": parties.partner, "address": parties.partner_address},
        ],
        "sums": _sums(statement, brand),
        "outcome": outcome_words(statement),
        "columns": [_("When"), _("What"), _("For"), _("Of"), _("Amount")],
        "lines": [_row(line, statement, brand) for line in lines_in(statement)[:MOST_LINES]],
        "more": _("And %(rest)s more; the CSV has all lines.")
        % {"rest": formats.number(rest, brand.locale)}
        if rest > 0
        else "",
        "proof": _("SHA-256 of the CSV of this statement, which is the same at any time:"),
        "hash": statement.content_hash,
        "footer": f"{parties.partner} · {parties.brand} · {public_id(statement)}",
    }


def _sums(statement: Statement, brand: Brand) -> list[dict[str, Any]]:
    currency = parties_of(statement).currency
    sums = [
        (_("Carried over"), statement.opening_minor, False),
        (_("Earned by the partner"), statement.earned_minor, False),
        (_("Owed by the partner"), -statement.owed_minor, False),
        (_("Total"), statement.total_minor, True),
    ]
    return [
        {"label": label, "amount": formats.money(minor, currency, brand.locale), "strong": strong}
        for label, minor, strong in sums
    ]


def _row(line: CommissionLine, statement: Statement, brand: Brand) -> list[str]:
    parties = parties_of(statement)
    return [
        formats.day(day_in(parties.zone, line.happened_at), brand.locale),
        line.words,
        part_words(line),
        formats.amount(line.basis_minor, parties.currency, brand.locale)
        if line.basis_minor
        else "",
        formats.amount(line.amount_minor, parties.currency, brand.locale),
    ]
