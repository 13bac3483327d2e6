"""The wizard's forms: the file, and what each of its columns holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from config.kit.errors import Invalid
from customers.imports import mapping as mappings
from customers.imports.kinds import ImportKind
from customers.imports.mapping import DATE_ORDERS, DECIMALS, Mapping, attribute_name
from customers.imports.options import AUDIENCES, BASES, OVERWRITES, Options, filled_by
from customers.imports.registry import KINDS
from customers.models.attributes import AttributeDefinition

_SAMPLES = 5
# A choice needs its choices first: such attributes are declared in the settings.
_NEW_KINDS = [
    kind for kind in AttributeDefinition.Kind if kind is not AttributeDefinition.Kind.CHOICE
]


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="A CSV or tab-separated file with the names of its columns on top, alone, in a "
        "ZIP or as .gz; an Excel workbook (.xlsx) with one sheet; or orders of the WooCommerce "
        "REST API as JSON. At most 512 MB.",
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".csv,.tsv,.txt,.json,.ndjson,.zip,.gz,.xlsx,text/csv,application/json"
            }
        ),
    )


class KindForm(forms.Form):
    """Read the file as another source than the one recognised."""

    kind = forms.ChoiceField(
        label="Read it as", choices=[(kind.code, kind.name) for kind in KINDS], required=False
    )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its header, some of what stands in it, its controls. `policy` says
    what happens to what is known; only columns that fill something of a customer have it."""

    header: str
    samples: list[str]
    field: forms.BoundField
    policy: forms.BoundField | None


class ColumnsForm(forms.Form):
    """What each column of the file is, and what the file may do; controls of columns are named by
    their position."""

    date_order = forms.ChoiceField(label="Dates", choices=list(DATE_ORDERS.items()))
    decimal = forms.ChoiceField(label="Amounts", choices=list(DECIMALS.items()))
    audience = forms.ChoiceField(label="The people in this file", choices=list(AUDIENCES.items()))
    basis = forms.ChoiceField(
        label="What a yes in this file stands for",
        choices=[(code, f"{name}. {text}") for code, (name, text) in BASES.items()],
        widget=forms.RadioSelect,
    )
    is_live = forms.BooleanField(
        label="Treat this file as news",
        help_text="Journeys and other programs may react as if each thing in it had just happened. "
        "Leave it off for history.",
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        kind: ImportKind,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        mapping: Mapping,
        options: Options,
        attributes: dict[str, str],
    ) -> None:
        """`attributes`: the kinds of those the brand has declared, by name."""
        super().__init__(
            data,
            initial={
                "date_order": mapping.date_order,
                "decimal": mapping.decimal,
                "audience": options.audience,
                "basis": options.basis,
                "is_live": options.is_live,
            },
        )
        self._kind, self._header, self._rows = kind, header, rows
        self._attributes = attributes
        if not kind.asks_audience:
            del self.fields["audience"]
        says_yes = any(known.code == "accepts_marketing" for known in kind.fields)
        if not says_yes and not kind.asks_audience:
            del self.fields["basis"]
        self._add_columns(mapping, options)

    def _add_columns(self, mapping: Mapping, options: Options) -> None:
        taken = {position: code for code, position in mapping.columns.items()}
        self._named = {at: name for name, (at, _) in mapping.attributes.items()}
        for name, (at, kind) in mapping.attributes.items():
            taken[at] = f"known:{name}" if name in self._attributes else f"new:{kind}"
        for position, name in enumerate(self._header):
            chosen = taken.get(position, "")
            self.fields[f"column_{position}"] = forms.ChoiceField(
                label=name or f"Column {position + 1}",
                choices=self._choices(),
                initial=chosen,
                required=False,
                widget=forms.Select(attrs={"aria-label": f"What “{name}” holds"}),
            )
            filled = filled_by(self._code(position, chosen))
            if filled:
                self.fields[f"policy_{position}"] = forms.ChoiceField(
                    choices=list(OVERWRITES.items()),
                    initial=options.overwrite.get(filled[0], "always"),
                    required=False,
                    widget=forms.Select(
                        attrs={"aria-label": f"“{name}”, where it is known already"}
                    ),
                )

    def _choices(self) -> list[Any]:
        known = [(f"known:{name}", name) for name in self._attributes]
        new = [(f"new:{kind.value}", f"New: {kind.label}") for kind in _NEW_KINDS]
        return [
            ("", "Leave out"),
            *((field.code, field.label) for field in self._kind.fields),
            ("Attributes of your own", known + new),
        ]

    def _code(self, position: int, chosen: str) -> str:
        """`attribute:<name>` for an attribute, else the field's code."""
        if chosen.startswith("known:"):
            return f"attribute:{chosen.removeprefix('known:')}"
        if chosen.startswith("new:"):
            name = self._named.get(position) or attribute_name(self._header[position])
            return f"attribute:{name}"
        return chosen

    def columns(self) -> list[Column]:
        return [
            Column(
                name,
                _some(self._rows, position),
                self[f"column_{position}"],
                self[f"policy_{position}"] if f"policy_{position}" in self.fields else None,
            )
            for position, name in enumerate(self._header)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen: dict[str, int] = {}
        attributes: dict[str, tuple[int, str]] = {}
        overwrite: dict[str, str] = {}
        for position in range(len(self._header)):
            said = cleaned.get(f"column_{position}", "")
            code = self._code(position, said)
            if code in chosen:
                self.add_error(f"column_{position}", "Another column is this already.")
            elif code == "attribute:":
                self.add_error(f"column_{position}", "This column has no name to call it by.")
            elif code:
                chosen[code] = position
                policy = cleaned.get(f"policy_{position}") or "always"
                overwrite |= dict.fromkeys(filled_by(code), policy)
                if code.startswith("attribute:"):
                    name = code.removeprefix("attribute:")
                    kind = self._attributes.get(name, said.removeprefix("new:"))
                    attributes[name] = (position, kind)
        columns = {code: at for code, at in chosen.items() if not code.startswith("attribute:")}
        self.mapping = Mapping(
            columns, cleaned.get("date_order", ""), cleaned.get("decimal", ""), attributes
        )
        self.options = Options(
            basis=cleaned.get("basis") or "claimed",
            audience=cleaned.get("audience") or "subscribed",
            overwrite={code: policy for code, policy in overwrite.items() if policy != "always"},
            is_live=bool(cleaned.get("is_live")),
        )
        if not self.errors:
            self._check(columns)
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
