"""Hard SQL lives in named files beside the app that owns it."""

from functools import cache
from pathlib import Path
from typing import LiteralString

from django.db.models import Func, UUIDField

ROOT = Path(__file__).resolve().parents[2]


@cache
def load(app: str, name: str) -> LiteralString:
    """The text of `<app>/sql/<name>.sql`. It may hold parameters, never user text."""
    text: LiteralString = (ROOT / app / "sql" / f"{name}.sql").read_text()
    return text


class UuidV7(Func):
    """PostgreSQL 18's uuidv7(): unique and ordered by time, made by the database."""

    function = "uuidv7"
    arity = 0
    output_field = UUIDField()
