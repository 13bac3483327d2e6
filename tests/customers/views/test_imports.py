"""The import wizard, as a person walks it."""

import csv
import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.scope import ScopeMissing, brand_scope, current_brand_ids
from config.kit.csvs import csv_lines, safe_cell
from customers.models.imports import Import
from customers.models.orders import Order
from customers.selectors import imports as selectors
from customers.views.imports import public_id
from tests.conftest import Cast
from tests.customers.services.test_imports import HEADER, SMALL, run, upload

pytestmark = pytest.mark.django_db

BROKEN = SMALL + "A4,yesterday,cy@example.com,=cmd(),,,ROSE,-1,5.00\n"


def sent(client: Client, text: str | bytes, name: str = "orders.csv") -> str:
    """Upload; the address the wizard goes to, or empty."""
    data = text.encode() if isinstance(text, str) else text
    answer = client.post("/b/floral/imports/", {"file": SimpleUploadedFile(name, data)})
    return answer.headers.get("Location", "")


def zipped(*names: str, data: bytes = b"x") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, data)
    return packed.getvalue()


def chosen(form: object) -> dict[str, str]:
    """What the columns page would send as it stands."""
    return {bound.html_name: bound.value() or "" for bound in form}  # type: ignore[attr-defined]


def test_the_whole_walk(ben: Client, cast: Cast, run_due_work: Callable[[], int]) -> None:
    columns = sent(ben, BROKEN)
    page = ben.get(columns)
    assert page.status_code == 200
    assert "2026-01-05 10:00" in page.text
    here = ben.post(columns, chosen(page.context["form"])).headers["Location"]
    assert "Checking the file" in ben.get(here).text
    run_due_work()
    assert "What the import will do" in ben.get(here).text
    with brand_scope(cast.floral):
        assert not Order.objects.exists()
    assert ben.post(f"{here}start/").status_code == 302
    assert "Importing" in ben.get(here).text
    run_due_work()
    done = ben.get(here).text
    assert "5 of 6 lines were used" in done
    assert "hx-trigger" not in done
    with brand_scope(cast.floral):
        imported = Import.objects.get()
        assert imported.counts == imported.foreseen
        assert Order.objects.count() == 3
    rows = ben.get(f"{here}rows/").text
    assert "The date cannot be read" in rows
    assert "yesterday" in rows


def test_rows_to_fix_hold_no_scope_open_while_a_slow_reader_reads(
    cast: Cast, ben: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "_CSV_BATCH", 2)
    rows = "".join(f"A{n},2026-02-30,a@example.com,,,,X,1,1\n" for n in range(5))
    imported = run(cast.floral, upload(cast.floral, HEADER + rows))

    answer = ben.get(f"/b/floral/imports/{public_id(imported)}/rows.csv")

    lines = []
    for line in answer.streaming_content:  # type: ignore[attr-defined]
        with pytest.raises(ScopeMissing):
            current_brand_ids()
        lines.append(line)
    assert len(lines) == 7  # the UTF-8 mark, the header, five rows


def test_rows_to_fix_come_as_csv_that_runs_no_formula_and_can_be_sent_again(
    ben: Client, cast: Cast
) -> None:
    imported = run(cast.floral, upload(cast.floral, BROKEN))
    answer = ben.get(f"/b/floral/imports/{public_id(imported)}/rows.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, row = csv.reader(io.StringIO(text))
    assert header == [*HEADER.strip().split(","), "Row", "Reason"]
    assert row[3] == "'=cmd()"
    assert row[7:9] == ["-1", "5.00"]
    assert row[9:] == ["7", "The date cannot be read. Write it as 2026-11-22 14:30."]
    fixed = text.replace("yesterday", "2026-03-01").replace("-1", "1")
    again = run(cast.floral, upload(cast.floral, fixed))
    assert again.counts["orders_created"] == 1
    with brand_scope(cast.floral):
        order = Order.objects.get(source_id="A4")
        assert (order.gross_minor, order.customer.first_name) == (500, "=cmd()")


def test_many_rows_to_fix_are_paged(ben: Client, cast: Cast) -> None:
    bad = "".join(f"Z{n},never,z@example.com,,,,X,1,1.00\n" for n in range(60))
    imported = run(cast.floral, upload(cast.floral, HEADER + bad))
    address = f"/b/floral/imports/{public_id(imported)}/rows/"
    first = ben.get(address)
    assert len(first.context["rows"]) == 50
    second = ben.get(address + first.context["next_url"])
    assert [row.line_number for row, _ in second.context["rows"]] == list(range(52, 62))
    assert second.context["next_url"] == ""
    assert ben.get(address, {"reason": "ragged"}).context["rows"] == []
    assert ben.get(address, {"after": "x" * 50}).status_code == 200


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        (
            "orders.xlsx",
            zipped("[Content_Types].xml"),
            "This is a workbook of a kind we do not read.",
        ),
        ("orders.zip", b"PK\x03\x04 cut off", "This ZIP cannot be opened."),
        ("orders.csv", b" \n", "This file is empty."),
    ],
)
def test_a_file_that_is_no_table_is_sent_back_with_a_sentence(
    ben: Client, cast: Cast, name: str, data: bytes, sentence: str
) -> None:
    answer = ben.post("/b/floral/imports/", {"file": SimpleUploadedFile(name, data)})
    assert sentence in answer.text
    with brand_scope(cast.floral):
        assert not Import.objects.exists()


def test_a_column_cannot_be_chosen_twice_nor_a_needed_one_left_out(ben: Client, cast: Cast) -> None:
    columns = sent(ben, SMALL)
    choice = chosen(ben.get(columns).context["form"])
    answer = ben.post(columns, choice | {"column_1": "order_id", "column_2": ""})
    assert "Another column is this already." in answer.text
    answer = ben.post(columns, choice | {"column_2": ""})
    assert "Choose the column that holds E-mail address or Customer number." in answer.text
    with brand_scope(cast.floral):
        assert Import.objects.get().state == Import.State.UPLOADED


def test_starting_twice_is_a_conflict_and_starts_once(ben: Client, cast: Cast) -> None:
    imported = upload(cast.floral, SMALL)
    start = f"/b/floral/imports/{public_id(imported)}/start/"
    ben.post(start)
    again = ben.post(start, follow=True)
    assert "This import has moved on" in again.text
    with brand_scope(cast.floral):
        assert Import.objects.get().state == Import.State.RUNNING


def test_cells_a_spreadsheet_would_run_become_text() -> None:
    cells = ["=1+1", "+44 20", "-5", "+5.00", "@SUM(A1)", "\tx", "plain", ""]
    assert [safe_cell(cell) for cell in cells] == [
        "'=1+1",
        "'+44 20",
        "-5",
        "+5.00",
        "'@SUM(A1)",
        "'\tx",
        "plain",
        "",
    ]
    assert "".join(csv_lines([["a", 'say "hi"']])) == '\ufeffa,"say ""hi"""\r\n'
    assert "".join(csv_lines([["29,90", "a;b"]], ";")) == '\ufeff29,90;"a;b"\r\n'
