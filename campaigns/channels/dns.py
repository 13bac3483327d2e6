"""Looking up TXT records, with the system's resolver or the one the settings name."""

from collections.abc import Sequence

import dns.exception
import dns.resolver
from django.conf import settings

_SECONDS = 5.0


def txt_records(name: str) -> Sequence[str] | None:
    """The texts under a name, each of one piece; none when there are none, None when nobody
    answered. Not to be called while a brand's scope is open."""
    try:
        answer = _resolver().resolve(name, "TXT", lifetime=_SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException:
        return None
    # What is found is kept, and PostgreSQL keeps no NUL.
    whole = (b"".join(each.strings) for each in answer)
    return [text.decode("utf-8", "replace").replace("\0", "") for text in whole]


def _resolver() -> dns.resolver.Resolver:
    if not settings.DNS_SERVER:
        return dns.resolver.Resolver()
    host, _, port = settings.DNS_SERVER.partition(":")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], int(port or 53)
    return resolver
