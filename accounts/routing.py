"""Who reacts to which event. Filled by `config/wiring.py`, read by the dispatcher."""

from collections.abc import Callable
from typing import TypeVar

from accounts.events import Event

E = TypeVar("E", bound=Event)
Handler = Callable[[E], None]

_routes: dict[type[Event], list[Callable[..., None]]] = {}


def on(event: type[E], *handlers: Handler[E]) -> None:
    """React to `event` with each handler, in its own transaction, at least tried until done."""
    _routes.setdefault(event, []).extend(handlers)


def audit_only(*events: type[Event]) -> None:
    """These are kept for the record; nobody reacts to them (yet)."""
    for event in events:
        _routes.setdefault(event, [])


def handlers_of(event: type[Event]) -> list[Callable[..., None]]:
    return _routes.get(event, [])


def is_wired(event: type[Event]) -> bool:
    return event in _routes


def handler_name(handler: Callable[..., None]) -> str:
    return f"{handler.__module__}.{handler.__qualname__}"
