"""What the OpenAPI document says of every endpoint alike: refusals, the idempotency header."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

_PROBLEM = inline_serializer(
    "Problem",
    {
        "type": serializers.CharField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(help_text="What is wrong, and what to do."),
        "code": serializers.CharField(help_text="Stable; made for programs."),
        "instance": serializers.CharField(),
        "errors": inline_serializer(
            "ProblemPlace",
            {
                "pointer": serializers.CharField(help_text="JSON pointer into the body."),
                "detail": serializers.CharField(),
            },
            many=True,
        ),
        "request_id": serializers.CharField(),
    },
)
_ALWAYS = (400, 401, 403, 422, 429)


def refusals(*statuses: int) -> dict[tuple[int, str], Any]:
    """The problem documents an endpoint may answer with: those of all, and its own."""
    return {
        (status, "application/problem+json"): _PROBLEM for status in sorted({*_ALWAYS, *statuses})
    }


class ApiSchema(AutoSchema):
    """Adds the Idempotency-Key header to every POST and PATCH, and asks for a key everywhere."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        return [{"apiKey": []}]

    def get_description(self) -> str:  # type: ignore[override]
        return ""

    def get_override_parameters(self) -> list[Any]:
        if self.method not in {"POST", "PATCH"}:
            return []
        needed = getattr(self.view, "needs_idempotency_key", False)
        return [
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                required=needed,
                description="Up to 255 characters of your choice; a repeat within 24 hours gets "
                "the first answer again and changes nothing.",
            )
        ]
