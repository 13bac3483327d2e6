"""A person at a browser, as far as the check needs one: pages, forms, cookies, redirects; and a
program that has a key for the API."""

import http.client
import json
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

_MOST_REDIRECTS = 5
_FIREFOX = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@dataclass(frozen=True, slots=True)
class Page:
    """An answer; `path` is where redirects have led to."""

    status: int
    path: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """The text as it is read, markup left in."""
        return " ".join(unescape(self.text).split())


class Visitor:
    """Asks our own web server, by its address on this machine."""

    def __init__(self) -> None:
        parts = urlsplit(settings.BASE_URL)
        self._host, self._port = parts.netloc, parts.port or 80
        self._cookies: dict[str, str] = {}

    def sign_in(self, *, email: str, password: str) -> Page:
        self.get("/accounts/login/")
        return self.post("/accounts/login/", login=email, password=password)

    def get(self, path: str) -> Page:
        return self._followed(self.ask("GET", path))

    def post(self, path: str, **fields: object) -> Page:
        """A form with its token, as the page would send it."""
        token = self._cookies.get(settings.CSRF_COOKIE_NAME, "")
        return self._followed(
            self.ask("POST", path, urlencode({**fields, "csrfmiddlewaretoken": token}))
        )

    def ask(self, method: str, path: str, body: str = "") -> Page:
        """One request; redirects are not followed."""
        web = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {
            "Host": self._host,
            "User-Agent": _FIREFOX,
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }
        try:
            web.request(method, path, body=body or None, headers=headers)
            response = web.getresponse()
            for line in response.headers.get_all("Set-Cookie", []):
                self._cookies |= {name: each.value for name, each in SimpleCookie(line).items()}
            text = response.read().decode(errors="replace")
            named = {name.lower(): value for name, value in response.getheaders()}
            return Page(response.status, path, text, named)
        finally:
            web.close()

    def _followed(self, page: Page) -> Page:
        for _ in range(_MOST_REDIRECTS):
            if page.status not in {301, 302, 303}:
                return page
            target = urlsplit(page.headers["location"])
            page = self.ask("GET", target.path + (f"?{target.query}" if target.query else ""))
        return page


@dataclass(frozen=True, slots=True)
class Program:
    """A shop's program, with its key."""

    key: str

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        """The status and the answer of one call."""
        parts = urlsplit(settings.BASE_URL)
        web = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=30)
        headers = {
            "Host": parts.netloc,
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
        }
        try:
            web.request("POST", f"/api/v1{path}", body=json.dumps(body), headers=headers)
            response = web.getresponse()
            return response.status, json.loads(response.read())
        finally:
            web.close()
