"""A segment as somebody is writing it: its name, the builder, and what is wrong so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from accounts.models.brands import Brand
from customers.models.segments import Segment
from customers.segments import builder
from customers.segments.tree import BadRule, Branch, parse_rule

MAX_PREFILL = 20_000


@dataclass(slots=True)
class Draft:
    """`tree` is None while the rule cannot be used; `problem` then says why."""

    name: str
    root: builder.Group
    rule: dict[str, Any]
    tree: Branch | None = None
    problem: str = ""
    name_problem: str = ""


def posted(data: Mapping[str, str], brand: Brand, segment: Segment | None) -> Draft:
    """What the form holds, after the act (add, remove) that its button asked for."""
    root = builder.read(data)
    if act := data.get("act", ""):
        root = builder.changed(root, act)
    return _checked(data.get("name", ""), root, brand, segment)


def saved(segment: Segment, brand: Brand) -> Draft:
    return _checked(segment.name, builder.from_rule(segment.rule, brand.currency), brand, segment)


def prefilled(text: str, name: str, brand: Brand) -> Draft:
    """A new segment, begun with the JSON of a rule when a link brought one."""
    root, problem = builder.fresh(), ""
    if text:
        try:
            root = builder.from_rule(_rule_in(text), brand.currency)
        except BadRule as error:
            problem = f"The link did not bring a rule that can be used. {error.message}"
    draft = _checked(name[:120], root, brand, None)
    draft.problem = draft.problem or problem
    return draft


def _rule_in(text: str) -> dict[str, Any]:
    try:
        rule = msgspec.json.decode(text[:MAX_PREFILL])
    except (msgspec.MsgspecError, RecursionError, UnicodeEncodeError) as error:
        raise BadRule("It is not JSON.") from error
    parse_rule(rule)
    return cast(dict[str, Any], rule)


def _checked(name: str, root: builder.Group, brand: Brand, segment: Segment | None) -> Draft:
    rule = builder.to_rule(root, brand.currency)
    draft = Draft(name, root, rule)
    if any(row.problem for row in root.rows()):
        draft.problem = "Complete the marked rule to see who is in the segment."
        return draft
    try:
        draft.tree = parse_rule(rule, own_id=segment.pk if segment else None)
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
