"""How a sender speaks to PostgreSQL: planned as seldom as is wise, lists written quickly."""

from collections.abc import Mapping
from typing import Any, Self

from psycopg import Cursor
from psycopg.abc import Params
from psycopg.adapt import Dumper
from psycopg.rows import TupleRow

# Signs that mean something inside a text of an array as PostgreSQL writes it.
_IN_NEED = frozenset('"\\')


class ListText(Dumper):
    """A list of numbers or of texts as PostgreSQL writes arrays, for statements that cast it.

    psycopg's own dumper looks at each element's type, and takes longer over a chunk's lists than
    the mails take to be written."""

    def dump(self, obj: list[int] | list[str]) -> bytes:
        if not obj or not isinstance(obj[0], str):
            return ("{" + ",".join(map(str, obj)) + "}").encode()
        texts = list(map(str, obj))
        if not _IN_NEED.isdisjoint("".join(texts)):
            texts = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
        return ('{"' + '","'.join(texts) + '"}').encode()


class PlannedOnce(Cursor[TupleRow]):
    """A cursor whose statements are planned once and for all, but those about many customers: how
    these are best found depends on how many there are, and on how full the tables have become.
    Where it does not, because the statement leaves no choice, its caller says `prepare`."""

    def execute(self, query: Any, params: Params | None = None, **options: Any) -> Self:
        given = params.values() if isinstance(params, Mapping) else params or ()
        options.setdefault("prepare", not any(isinstance(each, list) for each in given))
        return super().execute(query, params, **options)
