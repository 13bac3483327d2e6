"""The wizard's forms: the file, and what each of its columns holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from config.kit.errors import Invalid
from customers.imports import mapping as mappings
from customers.imports.kinds import ImportKind
from customers.imports.mapping import DATE_ORDERS, DECIMALS, Mapping
from customers.imports.registry import KINDS

_SAMPLES = 5


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="A CSV or tab-separated file of orders, with the names of its columns on top.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv"}),
    )


class KindForm(forms.Form):
    """Read the file as another source than the one recognised."""

    kind = forms.ChoiceField(
        label="Read it as", choices=[(kind.code, kind.name) for kind in KINDS], required=False
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its header, some of what stands in it, its control."""

    header: str
    samples: list[str]
    field: forms.BoundField


class ColumnsForm(forms.Form):
    """What each column of the file is; one control per column, named by its position."""

    date_order = forms.ChoiceField(label="Dates", choices=list(DATE_ORDERS.items()))
    decimal = forms.ChoiceField(label="Amounts", choices=list(DECIMALS.items()))

    def __init__(
        self,
        data: Any = None,
        *,
        kind: ImportKind,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        mapping: Mapping,
    ) -> None:
        super().__init__(
            data, initial={"date_order": mapping.date_order, "decimal": mapping.decimal}
        )
        self._kind, self._header, self._rows = kind, header, rows
        taken = {position: code for code, position in mapping.columns.items()}
        choices = [("", "Leave out"), *((field.code, field.label) for field in kind.fields)]
        for position, name in enumerate(header):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=name or f"Column {position + 1}",
                choices=choices,
                initial=taken.get(position, ""),
                required=False,
                widget=forms.Select(attrs={"aria-label": f"What “{name}” holds"}),
            )

    def columns(self) -> list[Column]:
        return [
            Column(name, _some(self._rows, position), self[f"column_{position}"])
            for position, name in enumerate(self._header)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen: dict[str, int] = {}
        for position in range(len(self._header)):
            code = cleaned.get(f"column_{position}", "")
            if code in chosen:
                self.add_error(f"column_{position}", "Another column is this already.")
            elif code:
                chosen[code] = position
        self.mapping = Mapping(chosen, cleaned.get("date_order", ""), cleaned.get("decimal", ""))
        if not self.errors:
            self._check(chosen)
        return cleaned

    def _check(self, chosen: dict[str, int]) -> None:
        """Say what is missing, beside its column where it has one."""
        try:
            mappings.check(self._kind, self.mapping, len(self._header))
        except Invalid as error:
            for code, message in error.fields.items():
                self.add_error(f"column_{chosen[code]}" if code in chosen else None, message)


def _some(rows: Sequence[Sequence[str]], position: int) -> list[str]:
    """The first few different values of a column."""
    found: dict[str, None] = {}
    for row in rows:
        if row[position]:
            found.setdefault(row[position])
        if len(found) == _SAMPLES:
            break
    return list(found)
