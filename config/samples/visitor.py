"""A person at a browser, as far as the check needs one: pages, forms, cookies, redirects; somebody
of the brand's staff; and a program that has a key for the API."""

import http.client
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from accounts.models.brands import Brand
from accounts.models.members import Membership, Role
from accounts.models.organisations import Organisation
from accounts.models.users import User
from config.samples.forms import Form, forms_of
from config.samples.walk import CheckFailed

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

    def form(self, name: str) -> Form:
        """The first one with a field of this name. Raises CheckFailed."""
        for form in forms_of(self.text):
            if name in form.values:
                return form
        raise CheckFailed(f"{self.path} ({self.status}) has no form with “{name}”.")


class Visitor:
    """Asks our own web server, by its address on this machine."""

    def __init__(self) -> None:
        parts = urlsplit(settings.BASE_URL)
        self._host, self._port = parts.netloc, parts.port or 80
        self._cookies: dict[str, str] = {}

    def beside(self, other: "Visitor") -> None:
        """In another window of the same browser: signed in where the other is."""
        self._cookies = other._cookies

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

    def fill(self, page: Page, **fields: object) -> Page:
        """Send the form of a page that has the first of these fields, with the others as they
        stand there."""
        form = page.form(next(iter(fields)))
        return self.post(form.action or page.path, **{**form.values, **fields})

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

    def post(self, path: str, body: dict[str, Any], *, key: str = "") -> tuple[int, Any]:
        """The status and the answer of one call; `key`: the same one, the same answer."""
        parts = urlsplit(settings.BASE_URL)
        web = http.client.HTTPConnection("127.0.0.1", parts.port or 80, timeout=30)
        headers = {
            "Host": parts.netloc,
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            **({"Idempotency-Key": key} if key else {}),
        }
        try:
            web.request("POST", f"/api/v1{path}", body=json.dumps(body), headers=headers)
            response = web.getresponse()
            return response.status, json.loads(response.read())
        finally:
            web.close()


@contextmanager
def somebody(
    brand: Brand, role: Role, *, agency: Organisation | None = None
) -> Iterator[tuple[Visitor, User]]:
    """One of the brand's staff, or of an agency that looks after it, for all of its brands; signed
    in, with a password of chance; gone afterwards."""
    email, password = f"{secrets.token_hex(6)}@check.example", secrets.token_urlsafe(24)
    with transaction.atomic():
        user = User.objects.create_user(email, password, name="Check")
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        Membership.objects.create(
            user=user,
            organisation=agency or brand.organisation,
            brand=None if agency else brand,
            role=role,
        )
    try:
        visitor = Visitor()
        page = visitor.sign_in(email=email, password=password)
        if "/login" in page.path or page.status != 200:
            raise CheckFailed(f"Signing in ended at {page.path} with {page.status}.")
        yield visitor, user
    finally:
        with transaction.atomic():
            Membership.objects.filter(user=user).delete()
            EmailAddress.objects.filter(user=user).delete()
            User.objects.filter(pk=user.pk).update(is_active=False)
