"""The segment builder's state: rows of inputs as somebody is filling them in.

Unlike a rule, it may be half done. Each input has a name, so that the whole builder travels as
one form: `op:r-0` is the choice of a group, `subject:r-0-1` that of a row, `r-0-1:value` an
input of the row; `r` is the outermost group."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.kit.money import to_decimal, to_minor
from customers.segments.base import Control, Subject
from customers.segments.registry import SUBJECTS, fixed_part, subject_of
from customers.segments.tree import MAX_RULES, OPS

ROOT = "r"
_FIRST_SUBJECT = "orders.count"
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Input:
    """One control with what it holds."""

    control: Control
    name: str
    value: str


@dataclass(slots=True)
class Row:
    subject: Subject
    values: dict[str, str]
    path: str = ""
    pointer: str = ""
    problem: str = ""
    note: str = ""
    is_focused: bool = False

    @property
    def inputs(self) -> list[Input]:
        """Those that the chosen comparison needs."""
        return [
            Input(control, f"{self.path}:{control.name}", self.values.get(control.name, ""))
            for control in self.subject.controls
            if control.is_shown(self.values.get("op", ""))
        ]

    @property
    def needed(self) -> list[Input]:
        return [entry for entry in self.inputs if not entry.control.optional]

    @property
    def narrowing(self) -> list[Input]:
        """Those that may stay empty: they stand behind a click until one is filled in."""
        return [entry for entry in self.inputs if entry.control.optional]

    @property
    def is_narrowed(self) -> bool:
        return any(entry.value.strip() for entry in self.narrowing)


@dataclass(slots=True)
class Group:
    op: str
    children: list["Row | Group"] = field(default_factory=list)
    path: str = ROOT
    pointer: str = ""
    problem: str = ""
    is_focused: bool = False

    def rows(self) -> Iterator[Row]:
        for child in self.children:
            if isinstance(child, Row):
                yield child
            else:
                yield from child.rows()

    def groups(self) -> Iterator["Group"]:
        yield self
        for child in self.children:
            if isinstance(child, Group):
                yield from child.groups()


def read(data: Mapping[str, str]) -> Group:
    """The builder as a form sent it; what does not fit is replaced by a first choice."""
    return _numbered(_read_group(data, ROOT, depth=0))


def _read_group(data: Mapping[str, str], path: str, *, depth: int) -> Group:
    op = data.get(f"op:{path}", "all")
    group = Group(op if op in OPS else "all")
    for at in range(MAX_RULES + 1):
        inner = f"{path}-{at}"
        if f"subject:{inner}" in data:
            group.children.append(_read_row(data, inner))
        elif f"op:{inner}" in data and depth < MAX_RULES:
            group.children.append(_read_group(data, inner, depth=depth + 1))
        else:
            break
    return group


def _read_row(data: Mapping[str, str], path: str) -> Row:
    subject = SUBJECTS.get(data[f"subject:{path}"], SUBJECTS[_FIRST_SUBJECT])
    values = {}
    for control in subject.controls:
        value = data.get(f"{path}:{control.name}", control.start)
        if control.kind == "choice" and value not in dict(control.choices):
            value = control.start
        values[control.name] = value
    return Row(subject, values)


def from_rule(rule: dict[str, Any], currency: str) -> Group:
    """The builder filled in with a checked rule."""
    return _numbered(_group_of(rule, currency))


def _group_of(rule: dict[str, Any], currency: str) -> Group:
    op, children = next(iter(rule.items()))
    return Group(
        op,
        [
            _row_of(child, currency) if "kind" in child else _group_of(child, currency)
            for child in children
        ],
    )


def _row_of(leaf: dict[str, Any], currency: str) -> Row:
    subject = subject_of(leaf) or SUBJECTS[_FIRST_SUBJECT]
    values = {}
    for control in subject.controls:
        held = leaf.get(control.name)
        values[control.name] = control.start if held is None else _written(control, held, currency)
        if held is None and control.optional:
            values[control.name] = ""
    return Row(subject, values)


def fresh() -> Group:
    """What a new segment begins with."""
    return _numbered(Group("all", [_new_row()]))


def _new_row() -> Row:
    subject = SUBJECTS[_FIRST_SUBJECT]
    return Row(subject, {control.name: control.start for control in subject.controls})


def changed(root: Group, act: str) -> Group:
    """After `add-rule:<path of a group>`, `add-group:<path>` or `remove:<path>`.

    What should have the keyboard's focus afterwards is marked."""
    what, _, path = act.partition(":")
    for group in list(root.groups()):
        if what == "remove" and any(child.path == path for child in group.children):
            group.children = [child for child in group.children if child.path != path]
            group.is_focused = True
        elif group.path == path and what in {"add-rule", "add-group"}:
            row = _new_row()
            row.is_focused = True
            group.children.append(row if what == "add-rule" else Group("any", [row]))
    return _numbered(root)


def _numbered(group: Group, path: str = ROOT, pointer: str = "") -> Group:
    group.path, group.pointer = path, pointer
    for at, child in enumerate(group.children):
        inner_path, inner_pointer = f"{path}-{at}", f"{pointer}/{group.op}/{at}"
        if isinstance(child, Group):
            _numbered(child, inner_path, inner_pointer)
        else:
            child.path, child.pointer = inner_path, inner_pointer
    return group


# --- From inputs to a rule ---------------------------------------------------------------


def to_rule(group: Group, currency: str) -> dict[str, Any]:
    """The rule the inputs make; rows that cannot be read carry their `problem` afterwards."""
    return {
        group.op: [
            to_rule(child, currency) if isinstance(child, Group) else _leaf(child, currency)
            for child in group.children
        ]
    }


def _leaf(row: Row, currency: str) -> dict[str, Any]:
    leaf: dict[str, Any] = fixed_part(row.subject)
    for entry in row.inputs:
        text = entry.value.strip()
        if not text and entry.control.optional:
            continue
        try:
            leaf[entry.control.name] = _meant(entry.control, text, currency)
        except ValueError as error:
            row.problem = row.problem or str(error)
    return leaf


def _meant(control: Control, text: str, currency: str) -> Any:
    """What is typed, as the rule holds it; ValueError says what to type instead."""
    if not text:
        raise ValueError(f"Fill in “{control.label}”.")
    match control.kind:
        case "number":
            if not _WHOLE.fullmatch(text):
                raise ValueError(f"“{control.label}” takes a whole number, such as 3.")
            return int(text)
        case "decimal":
            return _decimal(control, text)
        case "date":
            return _day(control, text)
        case "money":
            try:
                return to_minor(text, currency)
            except ValueError as error:
                raise ValueError(f"“{control.label}” takes an amount, such as 49.90.") from error
        case "list":
            return _items(text)
        case _:
            return text


def _decimal(control: Control, text: str) -> int | float:
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"“{control.label}” takes a number, such as 12.5.")
    return float(text) if "." in text else int(text)


def _day(control: Control, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError(f"“{control.label}” takes a day, such as 2026-11-22.") from error


def _written(control: Control, held: Any, currency: str) -> str:
    if control.kind == "money":
        return str(to_decimal(held, currency))
    if control.kind == "list":
        line = io.StringIO()
        csv.writer(line, lineterminator="").writerow(held)
        return line.getvalue().replace(",", ", ") if '"' not in line.getvalue() else line.getvalue()
    return str(held)


def _items(text: str) -> list[str]:
    """`France, "Washington, DC"` holds two."""
    try:
        cells = next(csv.reader([text], skipinitialspace=True), [])
    except csv.Error as error:
        raise ValueError("Separate the values by commas.") from error
    return list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
