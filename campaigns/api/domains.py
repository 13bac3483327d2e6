"""Sending domains through the API: add one, read its records, have them looked at."""

from typing import Any

from drf_spectacular.utils import (
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
    inline_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Text
from accounts.api.schema import refusals
from campaigns.models.domains import SendingDomain
from campaigns.selectors.domains import Row, domains, rows_of
from campaigns.services.domains import add_domain, delete_domain, request_check
from config.kit.errors import NotFound

TAGS = ["Sending domains"]


@extend_schema_serializer(component_name="SendingDomain")
class DomainIn(StrictSerializer):
    domain = Text(max_length=253, allow_blank=False, help_text="Such as example.com.")
    algorithm = serializers.ChoiceField(
        choices=SendingDomain.Algorithm.choices, default=SendingDomain.Algorithm.RSA
    )


@extend_schema_serializer(component_name="SendingDomainRecord")
class RecordOut(serializers.Serializer[Any]):
    """A TXT record to publish, and what the last look found; `verdict` is empty before it."""

    kind = serializers.CharField()
    name = serializers.CharField()
    value = serializers.CharField()
    verdict = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    found = serializers.CharField(allow_blank=True)


@extend_schema_serializer(component_name="SendingDomain")
class DomainOut(serializers.ModelSerializer[SendingDomain]):
    checking = serializers.SerializerMethodField()
    records = serializers.SerializerMethodField()

    class Meta:
        model = SendingDomain
        fields = (
            "domain",
            "state",
            "algorithm",
            "return_domain",
            "checking",
            "records",
            "checked_at",
            "verified_at",
            "created_at",
        )

    def get_checking(self, domain: SendingDomain) -> bool:
        """Whether a look at its records has been asked for and is not over."""
        return bool(domain.findings.get("is_coming"))

    @extend_schema_field(RecordOut(many=True))
    def get_records(self, domain: SendingDomain) -> Any:
        return RecordOut([_record(row) for row in rows_of(domain)], many=True).data


class SendingDomains(ApiView):
    scopes = {"GET": "sending_domains:read", "POST": "sending_domains:write"}

    @extend_schema(
        operation_id="list_sending_domains",
        summary="List sending domains",
        tags=TAGS,
        responses={
            200: inline_serializer("SendingDomainList", {"data": DomainOut(many=True)}),
            **refusals(),
        },
    )
    def get(self, request: Request) -> Response:
        return Response({"data": DomainOut(domains(), many=True).data})

    @extend_schema(
        operation_id="add_sending_domain",
        summary="Add a sending domain",
        description="Its records are looked at soon. Publish them, then ask for a check.",
        tags=TAGS,
        request=DomainIn,
        responses={201: DomainOut, **refusals(409)},
    )
    def post(self, request: Request) -> Response:
        return Response(DomainOut(add_domain(**DomainIn.of(request).validated_data)).data, 201)


class SendingDomainDetail(ApiView):
    scopes = {"GET": "sending_domains:read", "DELETE": "sending_domains:write"}

    @extend_schema(
        operation_id="get_sending_domain",
        summary="Read a sending domain and its records",
        tags=TAGS,
        responses={200: DomainOut, **refusals(404)},
    )
    def get(self, request: Request, domain: str) -> Response:
        return Response(DomainOut(_domain(domain)).data)

    @extend_schema(
        operation_id="delete_sending_domain",
        summary="Delete a sending domain",
        description="Mails from it are no longer signed.",
        tags=TAGS,
        responses={204: None, **refusals(404)},
    )
    def delete(self, request: Request, domain: str) -> Response:
        delete_domain(_domain(domain))
        return Response(status=204)


class SendingDomainCheck(ApiView):
    scopes = {"POST": "sending_domains:write"}

    @extend_schema(
        operation_id="check_sending_domain",
        summary="Look at what is published for a domain",
        description="Answers at once; read the domain again until `checking` is false.",
        tags=TAGS,
        request=None,
        responses={202: DomainOut, **refusals(404)},
    )
    def post(self, request: Request, domain: str) -> Response:
        row = _domain(domain)
        request_check(row)
        return Response(DomainOut(row).data, 202)


def _domain(name: str) -> SendingDomain:
    row = SendingDomain.objects.filter(domain=name.strip().rstrip(".").lower()).first()
    if row is None:
        raise NotFound(f"There is no sending domain {name[:60]!r} for this key.")
    return row


def _record(row: Row) -> dict[str, str]:
    record, finding = row.record, row.finding
    return {
        "kind": record.kind,
        "name": record.name,
        "value": record.value,
        "verdict": finding.verdict if finding else "",
        "message": finding.words if finding else "",
        "found": finding.found if finding else "",
    }
