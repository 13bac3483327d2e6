"""Logs carry ids, never addresses, names or secrets (trust rule 34)."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

_SECRET_KEYS = frozenset(
    {"authorization", "cookie", "email", "key", "name", "password", "phone", "secret", "token"}
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PASSWORD_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@\s]+@")
# Whoever reads the address of a link in a mail can follow it.
_LINK = re.compile(r"(/(?:[coup]|confirm|me|reward)/(?=[\w-]{40})|/password/reset/key/)[\w-]+")
# People search for names.
_QUERY = re.compile(r"\?[^\s'>]+")
_API_KEY = re.compile(r"\brk_(live|test)_\w+")


def redact(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: blanks known keys, and addresses and secrets inside text.

    Keys with an underscore in front are the formatter's own and never written."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = _redacted(key, value)
    return event


def _redacted(key: str, value: Any) -> Any:
    if key in _SECRET_KEYS:
        return "[redacted]"
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _redacted(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_redacted("", inner) for inner in value]
    text = _PASSWORD_IN_URL.sub(r"\1[redacted]@", str(value))
    text = _API_KEY.sub("rk_[redacted]", text)
    text = _QUERY.sub("?[query]", text) if key == "request" else text
    text = _LINK.sub(r"\1[token]", text)
    return _ADDRESS.sub("[address]", text)
