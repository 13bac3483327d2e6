"""From stored JSON to a checked tree, with every mistake named by its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

import msgspec

from config.kit.errors import Invalid
from config.kit.text import clean_text
from customers.models.segments import Segment
from customers.segments.base import LeafBase
from customers.segments.registry import KINDS
from customers.segments.segment.leaf import InSegment, OnList

MAX_DEPTH = 8
MAX_RULES = 60
# Behind segments inside segments the whole statement still has to be planned.
MAX_RULES_EXPANDED = 300
Combination = Literal["all", "any", "none"]
OPS = get_args(Combination)
_PLACE = re.compile(r" - at `\$((?:\.\w+|\[\d+\]|\[\.\.\.\])*)`$")


class BadRule(Invalid):
    """A rule that cannot be used; `fields` maps JSON pointers to what is wrong there."""

    code = "bad_rule"


@dataclass(frozen=True, slots=True)
class Branch:
    """all, any or none of the children. `pointer` is an RFC 6901 JSON pointer."""

    op: Combination
    children: tuple["Node", ...]
    pointer: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """One rule; `inside` is the tree of the segment it names, if it names one (of a list, which
    has no rule, the leaf looks at the members itself)."""

    rule: LeafBase
    pointer: str
    inside: "Branch | None" = None

    @property
    def is_opposite(self) -> bool:
        """Whether it asks for those who are not in the segment."""
        return isinstance(self.rule, InSegment) and self.rule.op == "not_in"


Node = Branch | Leaf
# The saved segments on the way down to a rule, so that a circle is seen.
Within = tuple[int, ...]


class _Refused(Exception):
    """One mistake at one place; the reader notes it and reads on."""

    def __init__(self, pointer: str, problem: str) -> None:
        super().__init__(pointer, problem)
        self.pointer = pointer
        self.problem = problem


@dataclass(slots=True)
class _Reader:
    problems: dict[str, str] = field(default_factory=dict)
    read: int = 0

    def node(self, raw: object, pointer: str, *, depth: int, within: Within) -> Node | None:
        try:
            if not isinstance(raw, dict):
                raise _Refused(pointer, 'a rule is an object such as {"kind": "rung", ...}')
            if "kind" in raw:
                return self.leaf(raw, pointer, within=within)
            return self.branch(raw, pointer, depth=depth, within=within)
        except _Refused as refused:
            self.problems.setdefault(refused.pointer, refused.problem)
            return None

    def branch(self, raw: dict[str, Any], pointer: str, *, depth: int, within: Within) -> Branch:
        op, children = next(iter(raw.items()), ("", None))
        if len(raw) != 1 or op not in OPS:
            raise _Refused(pointer, 'a group has exactly one key: "all", "any" or "none"')
        if not isinstance(children, list):
            raise _Refused(f"{pointer}/{op}", "a group holds a list of rules")
        if op == "any" and not children:
            raise _Refused(pointer, "add at least one rule: none of nothing can be true")
        if depth >= MAX_DEPTH:
            raise _Refused(pointer, f"groups may be nested {MAX_DEPTH} deep at most")
        nodes = [
            self.node(child, f"{pointer}/{op}/{at}", depth=depth + 1, within=within)
            for at, child in enumerate(children[: MAX_RULES + 1])
        ]
        return Branch(
            cast(Combination, op), tuple(node for node in nodes if node is not None), pointer
        )

    def leaf(self, raw: dict[str, Any], pointer: str, *, within: Within) -> Leaf:
        self.read += 1
        if self.read > (MAX_RULES_EXPANDED if within else MAX_RULES):
            raise _Refused(pointer, f"there are too many rules: at most {MAX_RULES}")
        if not isinstance(raw["kind"], str) or raw["kind"] not in KINDS:
            raise _Refused(f"{pointer}/kind", f"the kinds are {', '.join(KINDS)}")
        try:
            rule = msgspec.convert(_cleaned(raw), KINDS[raw["kind"]])
        except msgspec.ValidationError as error:
            raise _explained(pointer, str(error)) from error
        except ValueError as error:
            raise _Refused(pointer, str(error)) from error
        if isinstance(rule, InSegment):
            return self.included(rule, pointer, within=within)
        return Leaf(rule, pointer)

    def included(self, rule: InSegment, pointer: str, *, within: Within) -> Leaf:
        segment = rule.find()
        if segment is None:
            raise _Refused(f"{pointer}/id", "there is no such segment (any more)")
        if segment.kind == Segment.Kind.LIST:
            return Leaf(OnList(id=rule.id, op=rule.op, list_id=segment.pk), pointer)
        if segment.pk in within:
            raise _Refused(f"{pointer}/id", f"“{segment.name}” would contain itself")
        if len(within) >= MAX_DEPTH:
            raise _Refused(f"{pointer}/id", f"segments may be nested {MAX_DEPTH} deep at most")
        inside = self.branch(segment.rule, pointer, depth=0, within=(*within, segment.pk))
        return Leaf(rule, pointer, inside)


def parse_rule(rule: object, *, own_id: int | None = None) -> Branch:
    """The checked tree, or BadRule. `own_id`: the saved segment this rule is to belong to."""
    reader = _Reader()
    if not isinstance(rule, dict) or "kind" in rule:
        raise BadRule(
            'A segment begins with a group: {"all": [...]}, {"any": [...]} or {"none": [...]}.',
            fields={"": 'begin with "all", "any" or "none"'},
        )
    tree = reader.node(rule, "", depth=0, within=(own_id,) if own_id else ())
    if reader.problems or not isinstance(tree, Branch):
        place, problem = next(iter(reader.problems.items()))
        where = f" (at {place})" if place else ""
        raise BadRule(f"This segment cannot be used: {problem}{where}.", fields=reader.problems)
    return tree


def leaves(node: Node) -> Iterator[Leaf]:
    """The rules from top to bottom, without going into other segments."""
    if isinstance(node, Leaf):
        yield node
        return
    for child in node.children:
        yield from leaves(child)


def stored(node: Node) -> dict[str, Any]:
    """The JSON of a tree with other segments' rules written out: what a launch freezes."""
    if isinstance(node, Branch):
        return {node.op: [stored(child) for child in node.children]}
    if node.inside is None:
        return node.rule.as_json()
    inside = stored(node.inside)
    return {"none": [inside]} if node.is_opposite else inside


def _cleaned(raw: dict[str, Any]) -> dict[str, Any]:
    return {clean_text(str(key), max_length=40): _clean(value) for key, value in raw.items()}


def _clean(value: object) -> object:
    if isinstance(value, str):
        return clean_text(value, max_length=200)
    if isinstance(value, list):
        return [_clean(part) for part in value[:100]]
    return value


def _explained(pointer: str, problem: str) -> _Refused:
    """msgspec says "Expected `int`, got `str` - at `$.value`"; a pointer says it for programs."""
    match = _PLACE.search(problem)
    place = re.sub(r"[.\[\]]+", "/", match[1]).rstrip("/") if match else ""
    return _Refused(pointer + place, _PLACE.sub("", problem).replace("`", '"'))
