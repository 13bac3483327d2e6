"""The customers that somebody names: by e-mail address, public id, or the shop's own id."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from config.kit import ids
from config.kit.text import email_key
from customers.models.identities import Identity
from customers.selectors.customers import living

MOST = 10_000
_BETWEEN = re.compile(r"[\s,;\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Named:
    """Whom the names stand for; `unknown` are the names of nobody, as they were given."""

    customer_ids: list[int]
    unknown: list[str]


def names_in(text: str) -> list[str]:
    """What was pasted, cut at spaces, commas and line ends; each once."""
    return list(dict.fromkeys(name for name in _BETWEEN.split(text) if name))


def named(names: Iterable[str]) -> Named:
    """In a fixed number of queries. Two names of one customer count once."""
    keys = {name: _key(name) for name in names}
    emails = {key for key in keys.values() if isinstance(key, str) and "@" in key}
    others = {key for key in keys.values() if isinstance(key, str) and "@" not in key}
    uids = {key for key in keys.values() if isinstance(key, UUID)}
    found: dict[str | UUID, int] = {}
    found |= _identities(Identity.Kind.EXTERNAL, others)
    found |= _identities(Identity.Kind.EMAIL, emails)
    found |= dict(living().filter(uid__in=uids).values_list("uid", "pk"))
    known = {name: found[key] for name, key in keys.items() if key in found}
    return Named(list(dict.fromkeys(known.values())), [name for name in keys if name not in known])


def _identities(kind: str, values: set[str]) -> dict[str | UUID, int]:
    rows = Identity.objects.filter(
        kind=kind,
        value_norm__in=values,
        customer__merged_into=None,
        customer__erased_at=None,
    )
    return dict(rows.values_list("value_norm", "customer_id"))


def _key(name: str) -> str | UUID:
    """What a name is looked up by."""
    if uid := ids.decode("cus", name):
        return uid
    if "@" in name:
        try:
            return email_key(name)
        except ValueError:
            return name
    return name
