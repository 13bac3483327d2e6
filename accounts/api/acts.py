"""Endpoints that do one of a few acts, which their path names."""

from collections.abc import Mapping
from typing import TypeVar

from config.kit.errors import NotFound

T = TypeVar("T")


def act_named(name: str, acts: Mapping[str, T]) -> T:
    """Raises NotFound, which says what acts there are."""
    if name not in acts:
        raise NotFound(f"There is no {name[:20]!r}, only {', '.join(acts)}.")
    return acts[name]
