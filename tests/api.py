"""A program that talks to the REST API with a key, for tests."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client

from accounts.models.brands import Brand
from accounts.models.users import User
from accounts.permissions import API_SCOPES
from accounts.scope import brand_scope
from accounts.services.api_keys import create_api_key


def new_key(brand: Brand, by: User, *scopes: str) -> str:
    """The text of a new key of `brand` (no scopes named: all of them)."""
    with brand_scope(brand):
        return create_api_key(brand=brand, name="Shop", scopes=scopes or API_SCOPES, by=by)[1]


@dataclass
class Api:
    """`api.post("/customers", {...})`; a str or bytes body is sent as it is."""

    key: str

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self._client.get(f"/api/v1{path}", query, headers=self._headers())

    def post(self, path: str, body: Any = None, *, idempotency: str = "") -> HttpResponse:
        return self._send("post", path, body, idempotency)

    def put(self, path: str, body: Any) -> HttpResponse:
        return self._send("put", path, body, "")

    def patch(self, path: str, body: Any, *, idempotency: str = "") -> HttpResponse:
        return self._send("patch", path, body, idempotency)

    def delete(self, path: str) -> HttpResponse:
        return self._client.delete(f"/api/v1{path}", headers=self._headers())

    def _send(self, method: str, path: str, body: Any, idempotency: str) -> HttpResponse:
        raw = body if isinstance(body, bytes | str) else json.dumps(body)
        return getattr(self._client, method)(
            f"/api/v1{path}",
            raw,
            content_type="application/json",
            headers=self._headers(idempotency),
        )

    def _headers(self, idempotency: str = "") -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return {**headers, "Idempotency-Key": idempotency} if idempotency else headers

    @property
    def _client(self) -> Client:
        return Client(raise_request_exception=False)
