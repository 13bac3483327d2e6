"""Rules as people type them: `all(orders.count >= 2 in last 365 days, none(rung = 0))`.

Each kind of rule declares its wordings; this module reads and writes any of them. The text and the
JSON say the same, and either is made from the other. Nothing of the text becomes SQL: it becomes
JSON, which `tree.parse_rule` checks."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from accounts.selectors.brands import currency_in_scope
from config.kit.errors import Invalid
from customers.segments.base import LeafBase
from customers.segments.phrases import Misread, Token, Wording, tokens
from customers.segments.registry import KINDS
from customers.segments.tree import MAX_DEPTH, OPS, BadRule, Leaf, Node, parse_rule

MAX_TEXT = 20_000
# Deeper than any rule may be, and so shallow that reading it cannot exhaust the stack.
_TOO_DEEP = 4 * MAX_DEPTH


class BadText(Invalid):
    """A rule's text that cannot be read. `line` and `column` count from 1."""

    code = "bad_rule_text"

    def __init__(self, problem: str, *, line: int, column: int) -> None:
        message = f"Line {line}, column {column}: {problem}."
        super().__init__(message, fields={"text": message})
        self.line = line
        self.column = column


def parse_text(text: str) -> dict[str, Any]:
    """The rule's JSON, which `parse_rule` accepts. Amounts of money are in major units of the
    currency of the brand in scope. Raises BadText."""
    if len(text) > MAX_TEXT:
        raise BadText(f"a rule's text has at most {MAX_TEXT:,} characters", line=1, column=1)
    try:
        reader = _Reader(tokens(text), currency_in_scope())
        rule = reader.group("", depth=0)
        if reader.next.sort != "end":
            raise Misread(reader.next.at, "nothing more")
    except Misread as misread:
        found = text[misread.at : misread.at + 20].split("\n")[0]
        seen = f"“{found}”" if found else "the end"
        raise _at(text, misread.at, f"expected {misread.wanted}, found {seen}") from misread
    try:
        parse_rule(rule)
    except BadRule as error:
        pointer, problem = next(iter(error.fields.items()))
        raise _at(text, reader.place(pointer), problem) from error
    return rule


def to_text(rule: object) -> str:
    """The text of a rule, one line for each rule and group. Raises BadRule."""
    return _text_of(parse_rule(rule), currency_in_scope(), "")


def _text_of(node: Node, currency: str, indent: str) -> str:
    if isinstance(node, Leaf):
        return indent + _leaf_text(node.rule, currency)
    if not node.children:
        return f"{indent}{node.op}()"
    inner = [_text_of(child, currency, indent + "  ") for child in node.children]
    return f"{indent}{node.op}(\n" + ",\n".join(inner) + f"\n{indent})"


def _leaf_text(rule: LeafBase, currency: str) -> str:
    """The wording that fits, with those of its parts that say something."""
    said = {name: msgspec.to_builtins(getattr(rule, name)) for name in rule.__struct_fields__}
    wording = next(w for w in type(rule).wordings() if w.head.fits(said))
    phrases = [wording.head, *(part for part in wording.parts if part.fits(said))]
    return " ".join(phrase.write(said, currency) for phrase in phrases)


@dataclass(slots=True)
class _Reader:
    """Reads from the front; `places` keeps where each JSON pointer was read."""

    text: list[Token]
    currency: str
    at: int = 0
    places: dict[str, int] = field(default_factory=dict)
    wordings: list[tuple[str, Wording]] = field(
        default_factory=lambda: [(tag, w) for tag, kind in KINDS.items() for w in kind.wordings()]
    )

    @property
    def next(self) -> Token:
        return self.text[self.at]

    def group(self, pointer: str, *, depth: int) -> dict[str, Any]:
        op = self.next
        if op.text not in OPS:
            raise Misread(op.at, "all(...), any(...) or none(...)")
        if depth > _TOO_DEEP:
            raise Misread(op.at, f"groups at most {MAX_DEPTH} deep")
        self.places[pointer] = op.at
        self.at += 1
        self._mark("(")
        children: list[dict[str, Any]] = []
        while self.next.text != ")":
            if children:
                self._mark(",", wanted="“,” or “)”")
            children.append(self.node(f"{pointer}/{op.text}/{len(children)}", depth=depth))
        self._mark(")")
        return {op.text: children}

    def node(self, pointer: str, *, depth: int) -> dict[str, Any]:
        if self.next.text in OPS and self.text[self.at + 1].text == "(":
            return self.group(pointer, depth=depth + 1)
        self.places[pointer] = self.next.at
        return self.leaf()

    def leaf(self) -> dict[str, Any]:
        """The longest head that fits is meant: `has no phone`, not `has` a thing called no."""
        furthest = Misread(self.next.at, "a rule, such as orders.count >= 1")
        found: list[tuple[int, str, Wording, dict[str, Any]]] = []
        for kind, wording in self.wordings:
            try:
                said, behind = wording.head.read(self.text, self.at, self.currency)
            except Misread as misread:
                furthest = max(furthest, misread, key=lambda each: each.at)
                continue
            found.append((behind, kind, wording, said))
        if not found:
            raise furthest
        self.at, kind, wording, said = max(found, key=lambda each: each[0])
        return {"kind": kind, **said, **self.parts(wording, set(said))}

    def parts(self, wording: Wording, known: set[str]) -> dict[str, Any]:
        """What follows a head, in any order; nothing twice."""
        said: dict[str, Any] = {}
        while self.next.sort != "end" and self.next.text not in {",", ")"}:
            furthest = Misread(self.next.at, "“,” or “)”")
            for part in wording.parts:
                try:
                    found, behind = part.read(self.text, self.at, self.currency)
                except Misread as misread:
                    furthest = max(furthest, misread, key=lambda each: each.at)
                    continue
                if found.keys() & (known | said.keys()):
                    raise Misread(self.next.at, "each thing once")
                said |= found
                self.at = behind
                break
            else:
                raise furthest
        return said

    def place(self, pointer: str) -> int:
        """Where the nearest thing around a pointer was read."""
        while pointer not in self.places:
            pointer = pointer.rpartition("/")[0]
        return self.places[pointer]

    def _mark(self, mark: str, wanted: str = "") -> None:
        if self.next.text != mark or self.next.sort != "mark":
            raise Misread(self.next.at, wanted or f"“{mark}”")
        self.at += 1


def _at(text: str, offset: int, problem: str) -> BadText:
    before = text[:offset]
    column = offset - (before.rfind("\n") + 1) + 1
    return BadText(problem.rstrip("."), line=before.count("\n") + 1, column=column)
