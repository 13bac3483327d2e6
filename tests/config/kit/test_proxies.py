"""The client's address is what a proxy of ours says, and never what a stranger says."""

import pytest

from config.kit.proxies import BehindProxies

TRUSTED = ["10.0.0.0/8", "::1/128"]


def seen(peer, forwarded=None, proto=None, *, trusted=TRUSTED):
    """Address and protocol as the application behind sees them."""
    found = []

    def application(environ, start_response):
        found.append((environ["REMOTE_ADDR"], environ.get("HTTP_X_FORWARDED_PROTO")))
        return []

    environ = {"REMOTE_ADDR": peer}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    if proto is not None:
        environ["HTTP_X_FORWARDED_PROTO"] = proto
    BehindProxies(application, trusted)(environ, lambda *_: None)
    return found[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("::1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, unknown, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", None, "10.0.0.1"),
    ],
)
def test_the_client_is_the_rightmost_address_that_is_no_proxy_of_ours(peer, forwarded, client):
    assert seen(peer, forwarded) == (client, None)


def test_a_proxy_of_ours_says_how_it_was_asked():
    assert seen("10.0.0.1", "203.0.113.9", "https") == ("203.0.113.9", "https")


@pytest.mark.parametrize("peer", ["203.0.113.50", "", "unix:/run/socket"])
def test_a_stranger_is_not_believed(peer):
    assert seen(peer, "198.51.100.1", "https") == (peer, None)


def test_without_proxies_nobody_is_believed():
    assert seen("127.0.0.1", "198.51.100.1", "https", trusted=[]) == ("127.0.0.1", None)
