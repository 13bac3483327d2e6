"""A segment in plain English."""

from customers.segments.base import Words
from customers.segments.tree import Branch, Node


def describe(tree: Branch, words: Words) -> str:
    """`Customers who placed at least 2 orders and (live in France or live in Spain).`"""
    if not tree.children:
        return "Everybody."
    return f"Customers who {_clause(tree, words, is_outermost=True)}."


def _clause(node: Node, words: Words, *, is_outermost: bool = False) -> str:
    if not isinstance(node, Branch):
        return node.rule.sentence(words)
    parts = [_clause(child, words) for child in node.children]
    if not parts:
        return "are anybody"
    if node.op == "none":
        return f"are none of these: {'; '.join(parts)}" if is_outermost else _none(parts)
    joined = (" and " if node.op == "all" else " or ").join(parts)
    return joined if is_outermost or len(parts) == 1 else f"({joined})"


def _none(parts: list[str]) -> str:
    return f"(are none of these: {'; '.join(parts)})"
