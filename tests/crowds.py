"""Many programs at the same moment: threads, each with a database connection of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

A = TypeVar("A")
R = TypeVar("R")


def at_once(act: Callable[[A], R], arguments: Iterable[A], *, workers: int = 0) -> list[R]:
    """Act on all of them at once, or by so many workers; what each came to, in their order. Raises
    the first error."""
    asked = list(arguments)

    def one(argument: A) -> R:
        try:
            return act(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers or len(asked)) as pool:
        return list(pool.map(one, asked))
