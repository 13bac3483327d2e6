"""Files that a page hands out while they are written."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse


def csv_file(lines: Iterable[str], *, name: str) -> StreamingHttpResponse:
    """Lines such as `config.kit.csvs.csv_lines` gives, saved by the browser as `name`.csv."""
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
