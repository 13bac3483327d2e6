import json
import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client

from accounts.scope import brand_scope
from config.kit import ids
from customers.models.customer_events import CustomerEvent
from customers.models.customers import Customer
from customers.models.imports import BulkJob, BulkResult
from customers.models.orders import Order
from customers.services import jobs
from tests.api import Api, new_key
from tests.campaigns.mailing import conninfo


class Bulk(Api):
    def send(self, kind, body, content_type="application/x-ndjson", **headers):
        return Client(raise_request_exception=False).post(
            f"/api/v1/bulk?kind={kind}",
            body,
            content_type=content_type,
            headers={"Authorization": f"Bearer {self.key}", **headers},
        )


@pytest.fixture
def api(cast):
    return Bulk(new_key(cast.floral, cast.ana))


def lines(items):
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


def event(number, **said):
    return {"id": f"e{number}", "name": "seen", "customer": {"email": "rae@example.com"}, **said}


def files():
    root = settings.RAPPORT_HOME / "files"
    return sorted(path for path in root.rglob("bulk/*") if path.is_file())


def test_a_file_is_taken_at_once_and_worked_off_later(cast, api, run_due_work):
    answer = api.send("events", lines([event(1), event(2, name="No Good"), event(1), event(3)]))

    assert answer.status_code == 202, answer.content
    job = answer.json()
    assert (job["state"], job["lines_done"], job["counts"]) == ("waiting", 0, {})
    with brand_scope(cast.floral):
        assert not CustomerEvent.objects.exists()

    run_due_work()

    done = api.get(f"/bulk/{job['id']}").json()
    assert (done["state"], done["lines_done"], done["lines_failed"]) == ("done", 4, 1)
    assert done["counts"] == {"created": 2, "duplicate": 1, "error": 1}
    results = api.get(f"/bulk/{job['id']}/results").json()
    assert [(row["line"], row["status"]) for row in results["data"]] == [
        (1, "created"),
        (2, "error"),
        (3, "duplicate"),
        (4, "created"),
    ]
    assert results["data"][1]["detail"].startswith("/name ")
    with brand_scope(cast.floral):
        assert CustomerEvent.objects.count() == 2


def test_results_are_walked_and_downloaded_line_by_line(cast, api, run_due_work):
    job = api.send("events", lines([event(n) for n in range(5)])).json()["id"]
    run_due_work()
    path = f"/bulk/{job}/results"

    first = api.get(path, limit=2).json()
    rest = api.get(path, limit=3, after=first["next_after"]).json()
    assert [row["line"] for row in first["data"] + rest["data"]] == [1, 2, 3, 4, 5]
    assert (rest["has_more"], rest["next_after"]) == (False, None)
    assert api.get(path, outcome="error").json()["data"] == []
    assert api.get(path, limit=1001).status_code == 422
    text = Client().get(
        f"/api/v1{path}?limit=4",
        headers={"Authorization": f"Bearer {api.key}", "Accept": "application/x-ndjson"},
    )
    assert text["Next-After"] == "4"
    assert [json.loads(line)["line"] for line in text.content.splitlines()] == [1, 2, 3, 4]


def test_orders_and_customers_come_as_csv(cast, api, run_due_work):
    customers = (
        "\ufeffemail,first_name,attributes.tier,consent.status\r\n"
        'ann@example.com,Ann,"gold, or so",granted\r\n'
        "\r\n"
        "bad,Bo,,\r\n"
    )
    orders = (
        "source_id,placed_at,currency,total,customer.email,tags,is_test\n"
        'A-1,2026-03-01T12:00:00Z,GBP,1250,ann@example.com,"vip;new",no\n'
        "A-2,2026-03-01T12:00:00Z,GBP,12.50,ann@example.com,,\n"
        "A-3,2026-03-01T12:00:00Z,GBP,1,ann@example.com,,,,\n"
    )
    first = api.send("customers", customers.encode(), "text/csv; charset=utf-8").json()["id"]
    run_due_work()
    second = api.send("orders", orders.encode(), "text/csv").json()["id"]
    run_due_work()

    rows = api.get(f"/bulk/{first}/results").json()["data"]
    assert [(row["line"], row["status"]) for row in rows] == [(2, "created"), (4, "error")]
    with brand_scope(cast.floral):
        ann = Customer.objects.get(email="ann@example.com")
        assert ann.attributes == {"tier": "gold, or so"}
        assert rows[0]["id"] == ids.encode("cus", ann.uid)
        order = Order.objects.get()
        assert (order.source_id, order.gross_minor, order.tags) == ("A-1", 1250, ["vip", "new"])
    rows = api.get(f"/bulk/{second}/results").json()["data"]
    assert [(row["line"], row["status"]) for row in rows] == [
        (2, "created"),
        (3, "error"),
        (4, "error"),
    ]


@pytest.mark.parametrize(
    ("kind", "body", "content_type", "status"),
    [
        ("events", b"", "application/x-ndjson", 422),
        ("people", b"{}", "application/x-ndjson", 422),
        ("events", b"{}", "application/json", 422),
    ],
)
def test_what_is_no_bulk_file_is_refused_and_kept_nowhere(
    cast, api, kind, body, content_type, status
):
    before = files()
    answer = api.send(kind, body, content_type)
    assert answer.status_code == status, answer.content
    with brand_scope(cast.floral):
        assert not BulkJob.objects.exists()
    assert files() == before


def test_a_file_over_the_limit_is_refused_and_kept_nowhere(cast, api, monkeypatch):
    monkeypatch.setattr("customers.api.jobs.BulkJobs.max_body", 100)
    before = files()
    assert api.send("events", b"x" * 101).status_code == 413
    with brand_scope(cast.floral):
        assert not BulkJob.objects.exists()
    assert files() == before


def test_a_key_needs_the_scope_of_the_kind_too(cast):
    narrow = Bulk(new_key(cast.floral, cast.ana, "bulk:write", "events:write"))
    before = files()
    assert narrow.send("orders", b"{}").status_code == 403
    assert files() == before
    assert narrow.send("events", lines([event(1)])).status_code == 202


def test_the_same_idempotency_key_makes_one_job(cast, api):
    headers = {"Idempotency-Key": "file-1"}
    body = lines([event(1)])
    first = api.send("events", body, **headers)
    count = len(files())
    again = api.send("events", body, **headers)
    other = api.send("events", lines([event(2)]), **headers)

    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert first.json() == again.json()
    assert len(files()) == count
    with brand_scope(cast.floral):
        assert BulkJob.objects.count() == 1


def test_hostile_lines_are_errors_and_the_others_are_used(cast, api, run_due_work):
    body = b"\n".join(
        [
            b"\xff\xfe",
            b"{" * 5000,
            b'{"id": "' + b"x" * 300_000 + b'"}',
            rb'{"id": "\ud800"}',
            b"",
            json.dumps(event(1)).encode(),
            b'"text"',
        ]
    )
    job = api.send("events", body).json()["id"]
    run_due_work()
    rows = api.get(f"/bulk/{job}/results").json()["data"]
    assert [(row["line"], row["status"]) for row in rows] == [
        (1, "error"),
        (2, "error"),
        (3, "error"),
        (4, "error"),
        (6, "created"),
        (7, "error"),
    ]


def test_hostile_csv_ends_with_a_result(cast, api, run_due_work):
    header = b"id,name,customer.email\n"
    good = b"e1,seen,rae@example.com\n"
    unclosed = api.send("events", header + good + b'e2,"seen,rae@example.com\n', "text/csv").json()
    wide = api.send("events", header + b"x" * 200_000 + b"\n" + good, "text/csv").json()
    latin = api.send("events", header + b"\xe9,a,b\n" + good, "text/csv").json()
    twice = api.send("events", b"id,id\n1,2\n", "text/csv").json()
    run_due_work()

    states = [api.get(f"/bulk/{job['id']}").json() for job in (unclosed, wide, latin, twice)]
    assert [(job["state"], job["lines_failed"]) for job in states] == [
        ("done", 1),
        ("done", 1),
        ("done", 1),
        ("failed", 0),
    ]
    assert "name each column" in states[3]["error"]


def test_a_job_goes_on_where_it_was_left(cast, api, monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK_LINES", 3)
    job = api.send("events", lines([event(n) for n in range(10)])).json()
    with brand_scope(cast.floral):
        pk = BulkJob.objects.get().pk

    assert jobs.run_job(brand_id=cast.floral.pk, job_id=pk, seconds=0) is False
    assert api.get(f"/bulk/{job['id']}").json()["lines_done"] == 3
    assert jobs.run_job(brand_id=cast.floral.pk, job_id=pk) is True
    assert jobs.run_job(brand_id=cast.floral.pk, job_id=pk) is True
    assert api.get(f"/bulk/{job['id']}").json()["counts"] == {"created": 10}


def test_a_file_that_is_gone_ends_the_job_with_a_reason(cast, api):
    job = api.send("events", lines([event(1)])).json()
    with brand_scope(cast.floral):
        row = BulkJob.objects.get()
    default_storage.delete(row.file.name)

    assert jobs.run_job(brand_id=cast.floral.pk, job_id=row.pk) is True
    done = api.get(f"/bulk/{job['id']}").json()
    assert (done["state"], done["error"]) == ("failed", "The file is gone. Send it again.")


# It ends as by kill -9 when its twentieth chunk is written and not yet committed.
CHILD = """
import os
import signal
import sys
import django
django.setup()
from customers.services import jobs
jobs.CHUNK_LINES = 50
keep, kept = jobs._keep, []
def keep_or_die(*told):
    keep(*told)
    kept.append(told)
    if len(kept) == 20:
        os.kill(os.getpid(), signal.SIGKILL)
jobs._keep = keep_or_die
jobs.run_job(brand_id=int(sys.argv[1]), job_id=int(sys.argv[2]), seconds=600)
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_job_goes_on_and_has_each_line_once(cast, api):
    total = 3000
    items = [event(n, customer={"email": f"p{n}@example.com"}) for n in range(total)]
    api.send("events", lines(items))
    with brand_scope(cast.floral):
        pk = BulkJob.objects.get().pk
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": conninfo(),
        "LOG_LEVEL": "ERROR",
    }
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(cast.floral.pk), str(pk)], env=environment, check=False
    )
    assert child.returncode == -signal.SIGKILL
    with brand_scope(cast.floral):
        assert BulkJob.objects.get(pk=pk).lines_done == 19 * 50
        assert BulkResult.objects.count() == CustomerEvent.objects.count() == 19 * 50

    assert jobs.run_job(brand_id=cast.floral.pk, job_id=pk, seconds=600) is True

    with brand_scope(cast.floral):
        assert CustomerEvent.objects.count() == BulkResult.objects.count() == total
        assert BulkJob.objects.get(pk=pk).state == BulkJob.State.DONE
        assert not BulkResult.objects.exclude(outcome="unknown").exists()
        path = str(BulkJob.objects.get(pk=pk).file.name)
    # It held people's data, and is not needed any longer.
    assert not default_storage.exists(path)
