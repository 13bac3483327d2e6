import ipaddress
import socket
import ssl
import threading
import time
from pathlib import Path

import pytest

from config.kit import egress
from config.kit.egress import EgressFailed, EgressRefused, fetch, is_public

TLS = Path(__file__).parent / "tls"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 5\r\n\r\na,b\r\n"


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.EGRESS_LOOPBACK = True


@pytest.fixture
def authority():
    return ssl.create_default_context(cafile=str(TLS / "certificate.pem"))


class Server:
    """Answers each connection with the same bytes; `pause` is waited between two of them."""

    def __init__(self, answer, *, is_tls=False, pause=0.0):
        self.answer, self.pause, self.asked, self.names = answer, pause, [], []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.context = None
        if is_tls:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(TLS / "server.pem")
            self.context.sni_callback = lambda sock, name, context: self.names.append(name)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            try:
                self._answer(client)
            except OSError:
                pass
            finally:
                client.close()

    def _answer(self, client):
        if self.context:
            client = self.context.wrap_socket(client, server_side=True)
        self.asked.append(client.recv(65536))
        if self.pause:
            for byte in self.answer:
                client.sendall(bytes([byte]))
                time.sleep(self.pause)
        else:
            client.sendall(self.answer)
        client.close()

    def close(self):
        self.socket.close()


@pytest.fixture
def serve():
    servers = []

    def start(answer=OK, **options):
        servers.append(Server(answer, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def test_a_file_is_fetched_over_tls_by_the_name_that_was_asked_for(serve, authority):
    server = serve(is_tls=True)

    got = fetch(
        f"https://localhost:{server.port}/feed.csv?a=1", max_bytes=5, timeout=60, tls=authority
    )

    assert (got.body, got.content_type) == (b"a,b\r\n", "text/csv")
    assert server.names == ["localhost"]
    request = server.asked[0].decode()
    assert request.startswith("GET /feed.csv?a=1 HTTP/1.1\r\n")
    assert f"Host: localhost:{server.port}\r\n" in request
    assert "Accept-Encoding: identity\r\n" in request


def test_a_certificate_for_another_name_or_of_nobody_we_trust_is_refused(serve, authority):
    server = serve(is_tls=True)
    with pytest.raises(EgressFailed, match="certificate"):
        fetch(f"https://127.0.0.1:{server.port}/", max_bytes=5, timeout=60, tls=authority)
    with pytest.raises(EgressFailed, match="certificate"):
        fetch(f"https://localhost:{server.port}/", max_bytes=5, timeout=60)
    assert server.asked == []


def test_the_connection_goes_to_the_address_that_was_looked_at(serve, monkeypatch):
    """A name that is resolved again could lead elsewhere by then (DNS rebinding)."""
    server = serve()
    asked = []
    resolve = socket.getaddrinfo

    def once(host, *rest, **named):
        asked.append(host)
        assert host != "rebound.example" or asked.count(host) == 1
        return resolve("127.0.0.1" if host == "rebound.example" else host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    got = fetch(f"http://rebound.example:{server.port}/", max_bytes=5, timeout=60)
    assert got.body == b"a,b\r\n"
    assert b"Host: rebound.example" in server.asked[0]


def test_proxies_of_the_environment_are_not_asked(serve, monkeypatch):
    proxy, server = serve(), serve()
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    fetch(f"http://127.0.0.1:{server.port}/", max_bytes=5, timeout=60)
    assert (len(proxy.asked), len(server.asked)) == (0, 1)


def test_a_redirect_is_not_followed(serve):
    target = serve()
    server = serve(
        f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{target.port}/\r\n\r\n".encode()
    )
    with pytest.raises(EgressFailed, match="302 instead of 200"):
        fetch(f"http://127.0.0.1:{server.port}/", max_bytes=5, timeout=60)
    assert target.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef",
        b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"3\r\nabc\r\n" * 1000,
    ],
)
def test_an_answer_over_the_limit_is_refused(serve, answer):
    server = serve(answer)
    with pytest.raises(EgressFailed, match="larger than 5 bytes"):
        fetch(f"http://127.0.0.1:{server.port}/", max_bytes=5, timeout=60)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    ],
)
def test_an_answer_that_is_broken_or_cut_is_a_failure(serve, answer):
    server = serve(answer)
    with pytest.raises(EgressFailed):
        fetch(f"http://127.0.0.1:{server.port}/", max_bytes=5, timeout=60)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_trickles_is_cut_off_in_time(serve, head):
    server = serve(head + b"x" * 300, pause=0.1)
    started = time.monotonic()
    with pytest.raises(EgressFailed, match=r"took longer than 0\.4 seconds"):
        fetch(f"http://127.0.0.1:{server.port}/", max_bytes=1000, timeout=0.4)
    assert time.monotonic() - started < 15


def test_a_name_that_is_looked_up_too_slowly_is_a_failure(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **n: time.sleep(1))
    with pytest.raises(EgressFailed, match="could not be looked up in time"):
        fetch("https://slow.example/", max_bytes=5, timeout=0.1)


def test_nobody_listening_is_a_failure():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EgressFailed, match="could not be read"):
        fetch(f"http://127.0.0.1:{port}/", max_bytes=5, timeout=60)


NOT_PUBLIC = [
    *("0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.255.255", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
    *("198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1"),
    *("240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2001:10::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2620:4f:8000::1", "3fff::1", "fc00::1", "fd00:ec2::254"),
    *("fe80::1", "fec0::1", "ff02::1", "5f00::1"),
]
PUBLIC = [
    *("1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "192.0.1.1", "223.255.255.255"),
    *("::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "2606:4700::1111", "2a00:1450::1"),
]


def test_addresses_are_public_or_not():
    wrong = [text for text in NOT_PUBLIC if is_public(ipaddress.ip_address(text))]
    wrong += [text for text in PUBLIC if not is_public(ipaddress.ip_address(text))]
    assert wrong == []


REFUSED = [
    *("http://example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://x/", "", "x"),
    *("https://", "https:///path", "//example.com/", "https://user:pw@example.com/"),
    *("https://example.com:22/", "https://example.com:99999/", "https://example.com:80/"),
    *("https://exa mple.com/", "https://example.com/\r\nHost: x", "https://example.com/\x00"),
    *("https://example.com/é", "https://" + "a" * 70 + ".com/", "https://" + "x" * 2000),
    *("https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f.1/"),
    *("https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://①②⑦.0.0.1/"),
    *("https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1%25lo]/"),
    *("https://0/", "https://localhost/", "https://169.254.169.254/latest/meta-data/"),
    *("https://[::1", "https://example.com:x/"),
]


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_may_not_be_asked_is_refused_without_a_connection(
    url, settings, monkeypatch
):
    settings.EGRESS_LOOPBACK = False
    monkeypatch.setattr(socket, "create_connection", lambda *a, **n: pytest.fail("connected"))
    with pytest.raises(EgressRefused):
        fetch(url, max_bytes=5, timeout=60)


def test_one_private_address_among_public_ones_is_refused(settings, monkeypatch):
    settings.EGRESS_LOOPBACK = False
    found = [(2, 1, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(egress.socket, "getaddrinfo", lambda *a, **n: found)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **n: pytest.fail("connected"))
    with pytest.raises(EgressRefused, match="not a public address"):
        fetch("https://both.example/", max_bytes=5, timeout=60)
