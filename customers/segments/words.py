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
        return "are anybody at all"
    if node.op == "none":
        joined = f"match none of these: {'; '.join(parts)}"
    else:
        joined = (" and " if node.op == "all" else " or ").join(parts)
    needs_no_brackets = is_outermost or (len(parts) == 1 and node.op != "none")
    return joined if needs_no_brackets else f"({joined})"
