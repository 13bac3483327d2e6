"""The committed OpenAPI document is the API's, and its page stays at home."""

from pathlib import Path

import yaml
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"


def test_the_committed_document_is_what_the_code_says() -> None:
    """After a change: `manage.py spectacular --file docs/openapi.yaml`, and look at the diff."""
    committed = yaml.safe_load(DOCUMENT.read_text())
    assert SchemaGenerator().get_schema(request=None, public=True) == committed  # type: ignore[no-untyped-call]


def test_the_document_and_its_page_are_served_to_anybody(client: Client) -> None:
    assert client.get("/api/schema/").status_code == 200
    page = client.get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "http://" not in text
    assert "https://" not in text
    assert "<style" not in text
    assert "<script>" not in text
