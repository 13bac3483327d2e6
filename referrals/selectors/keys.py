"""Keyed hashes under which addresses and visitors are kept: good for knowing them again only."""

from customers.selectors.erasure import hash_of, hash_params
from referrals.rules.identity import canonical_email

# Apart from the hashes of erased addresses, which have the same key and no such beginning.
_FRIEND = "friend "
_VISITOR = "visitor "
_AGENT = "agent "


def friend_key(email_norm: str) -> str:
    """Of a mailbox, however it is spelled: 64 hex digits; "" of no address."""
    return hash_of(_FRIEND + canonical_email(email_norm)) if email_norm else ""


def visitor_key(visitor: str) -> str:
    """Of the id that our script gave a visitor of the shop; "" of none."""
    return hash_of(_VISITOR + visitor) if visitor else ""


def agent_key(user_agent: str) -> str:
    """Of a browser's own name, 32 hex digits; "" of none."""
    return hash_of(_AGENT + user_agent)[:32] if user_agent else ""


def key_params() -> dict[str, bytes]:
    """For SQL that makes `friend_key` of many addresses: see `referrals/sql/ties.sql`."""
    return hash_params()
