"""A partner sees what is theirs, nothing of another's, and nobody's name: on every page and
endpoint that there is, by the table of all routes."""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts.models.base import BrandOwned
from accounts.permissions import API_SCOPES
from accounts.scope import brand_scope
from customers.models.customers import Customer
from partners.models.partnerships import OfferCategory, PartnerMail
from tests.api import Api, new_key
from tests.conftest import Cast, make_cast
from tests.partners.conftest import make_partner, make_partnership
from tests.partners.estates import PIN, Estate, guests, settle
from tests.pdfs import text_of
from tests.routes import API, PARTNER_API, Route
from tests.second_factor import proven
from tests.test_permissions import API_ROUTES, EVERY_API_ROUTE, PARTNER_ROUTES, ROUTES

pytestmark = pytest.mark.django_db

OWN_API = [route for route in EVERY_API_ROUTE if route.name in PARTNER_API]
TILL = [route for route in ROUTES if route.path.startswith("till/")]
TABLES = [
    model._meta.db_table
    for model in apps.get_app_config("partners").get_models()
    if issubclass(model, BrandOwned)
]
GUESTS = 12


@pytest.fixture(scope="module")
def cast(lasting: Any) -> Cast:
    with lasting():
        return make_cast()


@pytest.fixture(scope="module")
def people(lasting: Any, cast: Cast) -> list[Customer]:
    with lasting(), brand_scope(cast.floral):
        return guests(GUESTS)


@pytest.fixture(scope="module")
def lucia(lasting: Any, cast: Cast, people: list[Customer]) -> Estate:
    with lasting(), brand_scope(cast.floral):
        return _estate("pia@lucia.example", "Pia Roth", "Trattoria Lucia", "Dinner", people)


@pytest.fixture(scope="module")
def wines(lasting: Any, cast: Cast, people: list[Customer]) -> Estate:
    with lasting(), brand_scope(cast.floral):
        return _estate("otto@wines.example", "Otto Brandt", "Otto's Wines", "Wine", people)


def _estate(email: str, name: str, business: str, category: str, people: list[Customer]) -> Estate:
    user = make_partner(email, name=name, business=business)
    partnership = make_partnership(user, category=OfferCategory.objects.create(name=category))
    return settle(partnership, user, people)


@pytest.fixture
def pia(lucia: Estate) -> Client:
    """Of Trattoria Lucia, who gave a code just now."""
    client = Client(raise_request_exception=False)
    client.force_login(lucia.user)
    return proven(client)


def _address(route: Route, estate: Estate, **others: Any) -> str:
    names = {part.split(":")[-1] for part in route.path.replace("<", ">").split(">")[1::2]}
    return reverse(route.name, kwargs={**estate.arguments(route.name, names), **others})


def _everything(cast: Cast) -> dict[str, list[Any]]:
    found = {}
    with brand_scope(cast.floral), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY t.id")
            found[table] = cursor.fetchall()
    return found


def _asked(client: Client, path: str) -> set[int]:
    return {client.get(path).status_code, client.post(path).status_code}


def test_whoever_is_not_of_the_business_finds_none_of_its_pages(
    cast: Cast, lucia: Estate, wines: Estate, pia: Client, ana: Client
) -> None:
    """Neither another partner of the same brand, nor the brand's own people."""
    before = _everything(cast)
    opened = {}
    for route in PARTNER_ROUTES:
        asked = {
            "all of it another's": _asked(pia, _address(route, wines)),
            "the brand's owner": _asked(ana, _address(route, lucia)),
        }
        if route.path.count("<") > 1:
            own = lucia.objects[""]["partnership_id"]
            asked["another's object"] = _asked(pia, _address(route, wines, partnership_id=own))
        wrong = {who: got for who, got in asked.items() if 404 not in got or got - {404, 405}}
        if wrong:
            opened[route.name] = wrong
    assert opened == {}
    assert _everything(cast) == before


def test_a_partners_key_finds_nothing_of_another_partner(
    cast: Cast, lucia: Estate, wines: Estate
) -> None:
    before = _everything(cast)
    found = {}
    for route in OWN_API:
        if "<" not in route.path:
            continue
        for method in PARTNER_API[route.name]:
            answer = _send(lucia.system, method, _address(route, wines))
            if answer.status_code != 404:
                found[route.name, method] = answer.status_code
    assert found == {}
    told = {"code": wines.code}
    for path in ("/partner/vouchers/check", "/partner/vouchers/redeem"):
        assert lucia.system.post(path, told, idempotency="k").status_code == 404
    assert _everything(cast) == before


def test_a_partners_key_opens_nothing_of_the_brand_and_the_brands_nothing_of_partners(
    cast: Cast, lucia: Estate
) -> None:
    brand = Api(new_key(cast.floral, cast.ana, *API_SCOPES))
    opened = {}
    for system, routes, methods in (
        (lucia.system, API_ROUTES, API),
        (brand, OWN_API, PARTNER_API),
    ):
        for route in routes:
            names = [part.split(":")[-1] for part in route.path.replace("<", ">").split(">")[1::2]]
            path = reverse(route.name, kwargs=dict.fromkeys(names, "x"))
            for method in methods[route.name]:
                status = _send(system, method, path).status_code
                if status != 403:
                    opened[route.name, method] = status
    assert opened == {}


# --- Nobody's name --------------------------------------------------------------------------


def _traces(person: Customer) -> Iterator[str]:
    """Whatever tells who somebody is, or tells two of them apart for good."""
    yield from (person.first_name, person.last_name, person.phone, person.phone.lstrip("+"))
    yield person.email.partition("@")[2]
    yield from (str(person.uid), person.uid.hex)
    for said in (person.email, person.phone, str(person.uid), str(person.pk)):
        for kind in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            digest = hashlib.new(kind, said.encode())
            yield digest.hexdigest()
            yield base64.b64encode(digest.digest()).decode().rstrip("=")
            yield base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")


Scan = Callable[[str], str]


@pytest.fixture(scope="module")
def found_in(people: list[Customer]) -> Scan:
    """The first trace of a customer in a text, "" when it holds none."""
    every = {trace.lower() for person in people for trace in _traces(person) if len(trace) > 6}

    def scan(text: str) -> str:
        lower = text.lower()
        if public_id := re.search("cus_[0-9a-z]{26}", lower):
            return public_id[0]
        return next((trace for trace in every if trace in lower), "")

    return scan


def _text(answer: HttpResponseBase) -> str:
    """Headers and body; of a PDF or an archive what is packed in it as well."""
    body = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    parts = [repr(answer.headers).encode(), body]
    if body.startswith(b"%PDF"):
        parts.append(text_of(body).encode())
    if body.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(body))
        parts += [archive.read(name) for name in archive.namelist()]
    return "\n".join(part.decode("utf-8", "replace") for part in parts)


def _send(system: Api, method: str, path: str, body: bytes = b"{}") -> Any:
    headers = {"Authorization": f"Bearer {system.key}", "Idempotency-Key": f"{method} {path}"}
    return Client(raise_request_exception=False).generic(
        method, path, body, content_type="application/json", headers=headers
    )


def test_the_scan_would_find_somebody(people: list[Customer], found_in: Scan) -> None:
    rae = people[3]
    digest = hashlib.sha256(rae.email.encode()).hexdigest()
    for told in (f"Dear {rae.first_name}", f"{rae.email}".upper(), rae.phone, digest, rae.uid.hex):
        assert found_in(told), told
    assert not found_in("12 customers redeemed it; Pia Roth and GUEST-1 are no secret.")


def test_no_page_of_a_partner_tells_who_a_customer_is(
    cast: Cast, lucia: Estate, pia: Client, found_in: Scan
) -> None:
    told, closed, kinds = {}, {}, set()
    for route in PARTNER_ROUTES:
        path = _address(route, lucia)
        for method in ("get", "post"):
            with transaction.atomic():
                answer = getattr(pia, method)(path)
                text = _text(answer)
                transaction.set_rollback(True)
            if trace := found_in(text):
                told[route.name, method] = trace
            if answer.status_code not in {200, 302, 405, 409, 422}:
                closed[route.name, method] = answer.status_code
            elif answer.status_code == 200 and "Trattoria Lucia" in text:
                kinds.add(answer["Content-Type"].partition(";")[0])
    assert told == {}
    # What does not open, or cannot be read, is not looked at.
    assert closed == {}
    assert {"text/html", "text/csv", "application/pdf"} <= kinds


def test_no_answer_to_a_partners_system_tells_who_a_customer_is(
    lucia: Estate, found_in: Scan
) -> None:
    told, closed = {}, {}
    body = json.dumps({"code": lucia.code}).encode()
    for route in OWN_API:
        for method in PARTNER_API[route.name]:
            with transaction.atomic():
                answer = _send(lucia.system, method, _address(route, lucia), body)
                text = _text(answer)
                transaction.set_rollback(True)
            if trace := found_in(text):
                told[route.name, method] = trace
            if method == "GET" and answer.status_code != 200:
                closed[route.name, method] = answer.status_code
    assert told == {}
    assert closed == {}


def test_neither_the_till_nor_a_mail_tells_who_a_customer_is(
    cast: Cast, lucia: Estate, found_in: Scan
) -> None:
    client = Client(raise_request_exception=False)
    path = f"/till/{lucia.objects['']['partnership_id']}"
    opened = client.post(f"{path}/open", {"pin": PIN})
    assert opened.status_code == 302
    said = {"code": lucia.code, "key": "k1", "redemption": lucia.objects[""]["redemption_id"]}
    answers = [
        client.get(path, {"code": lucia.code}),
        *(client.post(_address(route, lucia), said) for route in TILL if route.name != "till"),
        client.get(path),
    ]
    assert [found_in(_text(answer)) for answer in answers] == [""] * len(answers)
    with brand_scope(cast.floral):
        mails = [f"{mail.subject} {mail.lines} {mail.link}" for mail in PartnerMail.objects.all()]
    assert mails
    assert [mail for mail in mails if found_in(mail)] == []
