"""Files as the answer of an endpoint: text as it is, refusals as the problem documents they are."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer


class CsvRenderer(JSONRenderer):
    """Text is sent as CSV, whatever the client says it accepts."""

    media_type = "text/csv"
    format = "csv"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, str):
            return data.encode()
        return bytes(super().render(data, "application/json", renderer_context))
