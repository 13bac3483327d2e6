"""kill -9 in the middle of an import: what was done stays, the rest is done once, counts agree."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db.models import Sum

from accounts.models.brands import Brand
from accounts.scope import brand_scope
from customers.models.customers import Customer
from customers.models.imports import Import, ImportSlice
from customers.models.orders import Order
from customers.services import imports
from customers.services.facts import Written, audit_facts
from tests.campaigns.mailing import conninfo
from tests.conftest import Cast
from tests.customers.services.test_imports import HEADER, upload

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
ORDERS = 3_000
KILLS = 3
# It ends as by kill -9 when its fourth slice is written and not yet committed.
CHILD = """
import os
import signal
import sys
import django
django.setup()
from customers.imports import workbench
from customers.services import imports
workbench.SLICE_LINES = 100
merge, merged = workbench.Workbench.merge, []
def merge_or_die(bench, part):
    done = merge(bench, part)
    merged.append(part)
    if len(merged) == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
workbench.Workbench.merge = merge_or_die
imports.run_import(brand_id=int(sys.argv[1]), import_id=int(sys.argv[2]), seconds=600)
"""


def run_until_killed(brand: Brand, imported: Import) -> int:
    """How it ended: minus the number of the signal."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": conninfo(),
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", CHILD, str(brand.pk), str(imported.pk)]
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


def slices_done(brand: Brand, imported: Import) -> int:
    with brand_scope(brand):
        return ImportSlice.objects.filter(of=imported).count()


def test_a_killed_import_goes_on_and_counts_as_foreseen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("customers.imports.workbench.SLICE_LINES", 100)
    rows = [
        f"K{n},2026-01-{n % 28 + 1:02},c{n % 900}@example.com,,,yes,S{n % 50},1,{n % 70}.25\n"
        for n in range(ORDERS)
    ]
    imported = upload(cast.grocer, HEADER + "".join(rows))
    with brand_scope(cast.grocer):
        imports.request_import(imported=imported)
    for kills in range(1, KILLS + 1):
        assert run_until_killed(cast.grocer, imported) == -signal.SIGKILL
        assert slices_done(cast.grocer, imported) == 3 * kills
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
        assert imported.state == Import.State.RUNNING
        assert 0 < imported.lines_done < ORDERS
    assert imports.run_import(brand_id=cast.grocer.pk, import_id=imported.pk, seconds=600)
    with brand_scope(cast.grocer):
        imported.refresh_from_db()
        assert imported.state == Import.State.DONE
        assert imported.counts == imported.foreseen
        assert imported.lines_done == imported.lines_total == ORDERS
        assert Order.objects.count() == ORDERS
        total = sum(n % 70 * 100 + 25 for n in range(ORDERS))
        assert Order.objects.aggregate(Sum("gross_minor"))["gross_minor__sum"] == total
        assert Customer.objects.count() == 900
        assert audit_facts() == Written(0, 0)
