"""A segment as somebody is writing it: its name, the builder, and what is wrong so far."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import msgspec

from accounts.models.brands import Brand
from customers.models.segments import Segment
from customers.segments import builder
from customers.segments.text import BadText, parse_text, to_text
from customers.segments.tree import BadRule, Branch, parse_rule

MAX_WRITTEN = 20_000
_NOT_USED = "The rule that was written cannot be used."
_BYTE = re.compile(r" \(byte (\d+)\)")


@dataclass(slots=True)
class Draft:
    """`tree` is None while the rule cannot be used; `problem` then says why. `as_text` and
    `as_json` are the rule written out, or what somebody typed there while `text_problem` or
    `json_problem` says what is wrong with it."""

    name: str
    root: builder.Group
    as_of: date
    rule: dict[str, Any] = field(default_factory=dict)
    tree: Branch | None = None
    problem: str = ""
    name_problem: str = ""
    as_text: str = ""
    as_json: str = ""
    text_problem: str = ""
    json_problem: str = ""


def posted(data: Mapping[str, str], brand: Brand, segment: Segment | None) -> Draft:
    """What the form holds, after the act (add, remove, use what is written) of its button."""
    draft = Draft(data.get("name", ""), builder.read(data), _as_of(data.get("as_of", ""), brand))
    match act := data.get("act", ""):
        case "use-text":
            _take_text(draft, data.get("as_text", ""), brand)
        case "use-json":
            _take_json(draft, data.get("as_json", ""), brand)
        case _ if act:
            draft.root = builder.changed(draft.root, act)
    return draft if draft.problem else _checked(draft, brand, segment)


def saved(segment: Segment, brand: Brand) -> Draft:
    root = builder.from_rule(segment.rule, brand.currency)
    return _checked(Draft(segment.name, root, brand.today), brand, segment)


def prefilled(text: str, name: str, brand: Brand) -> Draft:
    """A new segment, begun with the JSON of a rule when a link brought one."""
    root, problem = builder.fresh(), ""
    if text:
        try:
            root = builder.from_rule(rule_in(text), brand.currency)
        except BadRule as error:
            problem = f"The link did not bring a rule that can be used. {error.message}"
    draft = _checked(Draft(name[:120], root, brand.today), brand, None)
    draft.problem = draft.problem or problem
    return draft


def _as_of(text: str, brand: Brand) -> date:
    """The day asked for; today for anything that is no day, or still to come."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return brand.today
    return min(day, brand.today)


def _take_text(draft: Draft, text: str, brand: Brand) -> None:
    """Put a rule written as text in the place of the builder's, or say what is wrong with it."""
    draft.as_text = text
    try:
        draft.root = builder.from_rule(parse_text(text), brand.currency)
    except BadText as error:
        draft.problem, draft.text_problem = _NOT_USED, error.message


def _take_json(draft: Draft, text: str, brand: Brand) -> None:
    draft.as_json = text
    try:
        draft.root = builder.from_rule(rule_in(text), brand.currency)
    except BadRule as error:
        draft.problem, draft.json_problem = _NOT_USED, error.message


def rule_in(text: str) -> dict[str, Any]:
    """The checked rule written as JSON. Raises BadRule."""
    try:
        rule = msgspec.json.decode(text[:MAX_WRITTEN])
    except msgspec.DecodeError as error:
        raise BadRule(f"It is not JSON: {_placed(str(error), text)}.") from error
    except (RecursionError, UnicodeEncodeError) as error:
        raise BadRule("It is not JSON.") from error
    parse_rule(rule)
    return cast(dict[str, Any], rule)


def _placed(problem: str, text: str) -> str:
    """msgspec counts bytes; people count lines."""
    problem = problem.removeprefix("JSON is malformed: ")
    found = _BYTE.search(problem)
    if not found:
        return problem
    before = text.encode()[: int(found[1])].decode(errors="ignore")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return f"{problem[: found.start()]} (line {line}, column {column})"


def _checked(draft: Draft, brand: Brand, segment: Segment | None) -> Draft:
    root = draft.root
    draft.rule = rule = builder.to_rule(root, brand.currency)
    if any(row.problem for row in root.rows()):
        draft.problem = "Complete the marked rule to see who is in the segment."
        return draft
    try:
        draft.tree = parse_rule(rule, own_id=segment.pk if segment else None)
        draft.as_text = to_text(rule)
        draft.as_json = msgspec.json.format(msgspec.json.encode(rule), indent=2).decode()
    except BadRule as error:
        draft.problem = "Complete the marked rule to see who is in the segment."
        _mark(root, error.fields)
    return draft


def _mark(root: builder.Group, problems: Mapping[str, str]) -> None:
    for row in root.rows():
        row.problem = next(
            (_sentence(p) for place, p in problems.items() if _is_at(place, row.pointer)), ""
        )
    for group in root.groups():
        if (problem := problems.get(group.pointer)) is not None:
            group.problem = _sentence(problem)


def _is_at(place: str, pointer: str) -> bool:
    return place == pointer or place.startswith(f"{pointer}/")


def _sentence(problem: str) -> str:
    return problem[:1].upper() + problem[1:].rstrip(".") + "."
