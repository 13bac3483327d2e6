"""Why somebody is in a segment or not: the rule's tree with what is true of one person."""

from dataclasses import dataclass
from datetime import date

from customers.models.customers import Customer
from customers.segments.tree import Branch, parse_rule
from customers.selectors.why import Verdict, explain


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """all, any or none of the children, and whether that holds."""

    op: str
    is_true: bool
    children: tuple["GroupVerdict | Verdict", ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rules` are those of the tree from top to bottom; somebody who was merged or erased has
    none, and is in no segment."""

    is_member: bool
    tree: GroupVerdict | None
    rules: tuple[Verdict, ...]


def explained(rule: object, customer: Customer, *, as_of: date) -> Explanation:
    """Raises BadRule."""
    tree = parse_rule(rule)
    if customer.merged_into_id is not None or customer.erased_at is not None:
        return Explanation(is_member=False, tree=None, rules=())
    rules = explain(tree, customer.pk, as_of=as_of)
    judged = _group(tree, {verdict.pointer: verdict for verdict in rules})
    return Explanation(judged.is_true, judged, tuple(rules))


def _group(branch: Branch, verdicts: dict[str, Verdict]) -> GroupVerdict:
    children = tuple(
        _group(child, verdicts) if isinstance(child, Branch) else verdicts[child.pointer]
        for child in branch.children
    )
    truths = [child.is_true for child in children]
    holds = {"all": all(truths), "any": any(truths), "none": not any(truths)}[branch.op]
    return GroupVerdict(branch.op, holds, children)
