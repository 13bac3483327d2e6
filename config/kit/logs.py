"""Logs carry ids, never addresses, names or secrets (trust rule 34)."""

import re
from collections.abc import MutableMapping
from typing import Any

_SECRET_KEYS = frozenset(
    {"authorization", "cookie", "email", "key", "name", "password", "phone", "secret", "token"}
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_PASSWORD_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@\s]+@")
_API_KEY = re.compile(r"\brk_(live|test)_\w+")


def redact(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor: blanks known keys, and addresses and secrets inside text."""
    for key, value in event.items():
        if key in _SECRET_KEYS:
            event[key] = "[redacted]"
        elif isinstance(value, str):
            text = _PASSWORD_IN_URL.sub(r"\1[redacted]@", value)
            text = _API_KEY.sub("rk_[redacted]", text)
            event[key] = _ADDRESS.sub("[address]", text)
    return event
