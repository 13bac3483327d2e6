"""How a sender speaks to PostgreSQL: planned as seldom as is wise, lists written quickly."""

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


class Planned(Cursor[TupleRow]):
    """A cursor whose statements are planned once for many chunks, which takes as long as some of
    them do. How customers are best found depends on how full the tables are: whoever has the
    connection drops its plans now and then (DISCARD PLANS)."""

    def execute(self, query: Any, params: Params | None = None, **options: Any) -> Self:
        options.setdefault("prepare", True)
        return super().execute(query, params, **options)
