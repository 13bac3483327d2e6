"""The one set of serializer fields: strict about types, and about text (trust rule 26)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request

from config.kit import ids
from config.kit.text import clean_text

_EARLIEST_YEAR = 1900


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know: a typing mistake must not pass for a missing value."""

    @classmethod
    def of(cls, request: Request) -> Self:
        """The request's body, checked. Raises ValidationError."""
        body = cls(data=request.data)
        body.is_valid(raise_exception=True)
        return body

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [str(name)[:60] for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(dict.fromkeys(unknown, "There is no such field."))
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Text in NFC without control characters; anything but a JSON string is refused."""

    def __init__(self, *, multiline: bool = False, **options: Any) -> None:
        self.multiline = multiline
        options.setdefault("allow_blank", True)
        super().__init__(**options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is not serializers.empty and data is not None and not isinstance(data, str):
            raise serializers.ValidationError("Send text in quotes.")
        return super().run_validation(data)

    def to_internal_value(self, data: str) -> str:
        try:
            return clean_text(data, max_length=self.max_length or 2000, multiline=self.multiline)
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


class Whole(serializers.IntegerField):
    """A whole number; no text, no fractions, no true or false."""

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            raise serializers.ValidationError("Send a whole number.")
        return super().to_internal_value(data)


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]})
class Scalar(serializers.Field[Any, Any, Any, Any]):
    """One text, number, true or false, as it came; what it means is for the service to say."""

    def to_internal_value(self, data: Any) -> str | int | float | bool:
        if not isinstance(data, str | int | float | bool):
            raise serializers.ValidationError("Send one text, number, true or false.")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Instant(serializers.DateTimeField):
    """An ISO 8601 instant with its offset; without one, nobody could say when it was."""

    def to_internal_value(self, value: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(value if isinstance(value, str) else "")
            if instant.tzinfo is None or instant.year < _EARLIEST_YEAR:
                raise ValueError(value)
            return instant.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            message = "Send an instant with its offset, such as 2026-05-01T12:00:00Z."
            raise serializers.ValidationError(message) from error


@extend_schema_field({"type": "string", "examples": ["cus_06g3vaq4d1m8v6hk6r3q1s2t3c"]})
class PublicId(serializers.Field[Any, Any, Any, Any]):
    """A row's `uid` as an id of the API, such as `cus_...`."""

    def __init__(self, prefix: str, **options: Any) -> None:
        self.prefix = prefix
        super().__init__(**{"read_only": True, "source": "uid", **options})

    def to_representation(self, value: Any) -> str:
        return ids.encode(self.prefix, value)
