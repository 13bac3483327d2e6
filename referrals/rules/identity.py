"""Whether two addresses are one person's: the spellings of one mailbox come down to one."""

from collections.abc import Collection

from referrals.rules.sharing import is_name

# Providers that deliver `name+anything` to `name`. Elsewhere a plus may be part of the name.
# Kept beside `referrals/sql/friend_keys.sql`, which says the same; a test compares the two.
PLUS_PROVIDERS = frozenset(
    {
        *("gmail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "icloud.com", "me.com"),
        *("mac.com", "fastmail.com", "fastmail.fm", "proton.me", "protonmail.com", "pm.me"),
        *("hey.com", "zoho.com", "yandex.com", "yandex.ru", "mailbox.org", "posteo.de", "gmx.net"),
        *("gmx.de", "gmx.com", "hotmail.co.uk", "live.co.uk", "outlook.co.uk"),
    }
)
_DOTLESS = frozenset({"gmail.com"})
# Other names of the same mailboxes.
SAME_DOMAIN = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "pm.me": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}


def canonical_email(norm: str) -> str:
    """One spelling for all of a mailbox. `norm` is as `config.kit.text.email_key` gives it; what
    is no address comes back as it is."""
    local, at, domain = norm.rpartition("@")
    if not at:
        return norm
    domain = SAME_DOMAIN.get(domain, domain)
    plain = local
    if domain in PLUS_PROVIDERS:
        plain = plain.partition("+")[0]
    if domain in _DOTLESS:
        plain = plain.replace(".", "")
    return f"{plain or local}@{domain}"


def same_person(
    *,
    emails: Collection[str],
    other_emails: Collection[str],
    phones: Collection[str] = (),
    other_phones: Collection[str] = (),
) -> bool:
    """Whether two records share a mailbox or a phone (all in their normal forms)."""
    mine = {canonical_email(email) for email in emails if email}
    others = {canonical_email(email) for email in other_emails if email}
    numbers = {phone for phone in phones if phone}
    return bool(mine & others) or bool(numbers & set(other_phones))


def friend_label(first_name: str, last_name: str) -> str:
    """All that an advocate may see of a friend: the first name and an initial; "" without one, and
    for what does not look like a name."""
    first = first_name.split()[:1]
    if not first or not is_name(first[0]):
        return ""
    initial = last_name.strip()[:1]
    return f"{first[0]} {initial}." if initial.isalpha() else first[0]
