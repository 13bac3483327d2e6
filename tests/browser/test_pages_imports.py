"""The import wizard's pages, in every width and theme."""

import io

import pytest

from accounts.scope import brand_scope
from customers.services.imports import create_import, request_import
from customers.views.imports import public_id
from tests.browser.conftest import page_checks
from tests.customers.services.test_imports import SMALL, run, upload

pytestmark = pytest.mark.django_db(transaction=True)

BROKEN = SMALL + "A4,yesterday,cy@example.com,,,,ROSE,1,5.00\nA5,2026-01-01,,,,,ROSE,1,5.00\n"


def test_the_wizard_holds_in_every_width_and_theme(live_server, signed_in, cast) -> None:
    base = f"{live_server.url}/b/floral/imports/"
    with brand_scope(cast.floral):
        fresh = create_import(
            brand=cast.floral, file=io.BytesIO(BROKEN.encode()), file_name="may.csv", user_id=None
        )
    checked = upload(cast.floral, BROKEN)
    done = run(cast.floral, upload(cast.floral, BROKEN))
    running = upload(cast.floral, SMALL)
    with brand_scope(cast.floral):
        request_import(imported=running)
    page = signed_in(cast.ana)
    for name, path in {
        "new": "",
        "columns": f"{public_id(fresh)}/columns/",
        "checked": f"{public_id(checked)}/",
        "running": f"{public_id(running)}/",
        "done": f"{public_id(done)}/",
        "rows": f"{public_id(done)}/rows/",
    }.items():
        page_checks(page, base + path, pictures=f"import-{name}")
