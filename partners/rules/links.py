"""Where a partner's link may lead: judged by its text alone, nothing is asked over the network."""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import urlsplit

# They hide where a link leads, and may lead elsewhere tomorrow.
SHORTENERS = frozenset(
    {
        *("adf.ly", "aka.ms", "amzn.to", "bit.do", "bit.ly", "bitly.com", "bl.ink", "buff.ly"),
        *("clck.ru", "cutt.ly", "dub.sh", "fb.me", "geni.us", "goo.gl", "is.gd", "j.mp", "kutt.it"),
        *("lnkd.in", "ow.ly", "qr.ae", "rb.gy", "rebrand.ly", "s.id", "shorturl.at", "smarturl.it"),
        *("snip.ly", "t.co", "t.ly", "t.me", "tiny.cc", "tinyurl.com", "trib.al", "urlz.fr"),
        *("v.gd", "wa.me", "youtu.be"),
    }
)
# Names that no public resolver knows (RFC 6761, 6762, 7686, 8375, 9476, and common habit).
_NOT_PUBLIC = frozenset(
    {
        *("alt", "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local"),
        *("localdomain", "localhost", "onion", "private"),
    }
)
# The last label of an IPv4 address in any of its spellings ends in a number (WHATWG URL, 3.5).
_NUMBER = re.compile(r"(?:[0-9]+|0[xX][0-9a-fA-F]*)", re.ASCII)
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']+|[\w.-]+\.[a-z]{2,}/[^\s<>\"']*", re.IGNORECASE
)


def problem(url: str, *, ours: Collection[str] = ()) -> str:
    """Why customers cannot be sent to `url`, in a sentence that says what to do; "" when they can.

    `ours` are the hosts of this installation and of its brands."""
    try:
        parts = urlsplit(url)
        host = host_of(url)
        has_port = parts.port not in (None, 443)
    except (ValueError, UnicodeError):
        return "This is not an address we can read."
    if not url.isprintable() or " " in url or "\\" in url:
        return "This is not an address: it holds spaces or signs that do not belong there."
    if parts.scheme != "https":
        return "The address has to begin with https://."
    if "@" in parts.netloc or has_port:
        return "The address may not hold a user name, a password or a port."
    return _of_host(host, ours)


def _of_host(host: str, ours: Collection[str]) -> str:
    labels = host.split(".")
    if _is_number(host, labels):
        return "Name your website, not the number of a computer."
    if len(labels) < 2 or not all(labels) or labels[-1] in _NOT_PUBLIC:
        return "This address is not on the public internet."
    if any(belongs_to(host, short) for short in SHORTENERS):
        return "This service hides where a link leads: give the address of your own page."
    if any(belongs_to(host, own) for own in ours):
        return "This address is of the shop, or of another brand: give one of your own website."
    return ""


def host_of(url: str) -> str:
    """The host as it is compared: IDNA, small letters, no dot at its end; "" for none.

    Raises ValueError for an address that cannot be read."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return host.encode("idna").decode().casefold()


def site_of(website: str) -> str:
    """The host of a website as people write it, without "www."; "" when there is none."""
    text = website.strip()
    try:
        host = host_of(text if "//" in text else f"//{text}")
    except ValueError:
        return ""
    return host.removeprefix("www.") if "." in host and " " not in host else ""


def belongs_to(host: str, site: str) -> bool:
    """Whether the host is the site, or below it."""
    return bool(site) and (host == site or host.endswith(f".{site}"))


def addresses_in(text: str) -> list[str]:
    """What looks like an address in running words: there it goes round the look at the link."""
    return _ADDRESS.findall(text)


def _is_number(host: str, labels: list[str]) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return _NUMBER.fullmatch(labels[-1]) is not None
    return True
