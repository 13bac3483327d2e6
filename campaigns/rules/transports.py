"""What a brand may set about the way its mail leaves: servers, ports, and how fast."""

import ipaddress
import re
from collections.abc import Mapping

from campaigns.rules.domains import domain_key

# Where mail servers listen for mail that is handed in; other ports are for other things.
PORTS = frozenset({25, 465, 587, 2465, 2525, 2587})
USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
MAX_PER_MINUTE = 1_000_000
MAX_DOMAINS = 100
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}")
_LONGEST_HOST = 253
_LINE = re.compile(r"\s*(\S+?)[\s:=]+(\d{1,9})\s*")


def host_key(text: str) -> str:
    """A host's name in IDNA and lower case, or an IP address; raises ValueError for neither."""
    bare = text.strip().rstrip(".").lower()
    try:
        return str(ipaddress.ip_address(bare.strip("[]")))
    except ValueError:
        pass
    try:
        name = bare.encode("idna").decode() if bare else ""
    except UnicodeError:
        name = ""
    if len(name) > _LONGEST_HOST or not _HOST.fullmatch(name):
        raise ValueError("This is not the name of a server. Write it like mail.example.com.")
    return name


def domain_limits(typed: Mapping[str, int]) -> dict[str, int]:
    """Mails a minute by domain, in normal form; raises ValueError with what is wrong."""
    limits = {domain_key(domain): per_minute for domain, per_minute in typed.items()}
    if len(limits) > MAX_DOMAINS:
        raise ValueError(f"At most {MAX_DOMAINS} domains can have a limit of their own.")
    if not all(1 <= each <= MAX_PER_MINUTE for each in limits.values()):
        raise ValueError(f"A limit lies between 1 and {MAX_PER_MINUTE:,} mails a minute.")
    return limits


def read_limits(text: str) -> dict[str, int]:
    """Lines such as `gmail.com 600`; raises ValueError with the line that is none."""
    typed = {}
    for line in filter(str.strip, text.splitlines()):
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"“{line.strip()[:60]}” is not a domain and a number: gmail.com 600")
        typed[found[1]] = int(found[2])
    return domain_limits(typed)
