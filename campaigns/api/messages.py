"""Transactional mails through the API: ask for one, see what became of it."""

from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import get_by_public_id
from accounts.api.base import ApiView
from accounts.api.fields import Instant, PublicId, StrictSerializer, Text
from accounts.api.keys import key_of
from accounts.api.lists import LIST_PARAMETERS, list_response, listed
from accounts.api.schema import refusals
from campaigns.models.transactional import TransactionalMessage, TransactionalTemplate
from campaigns.rules.messages import MAX_KEY
from campaigns.selectors.transactional import MESSAGE, messages
from campaigns.services.messages import To, request_message
from config.kit import ids
from config.kit.errors import Invalid, naming
from customers.services.identities import MAX_SOURCE, MAX_VALUE

TAGS = ["Messages"]
CUSTOMER = "cus"
# The mail's values, and little else.
MAX_BYTES = 32 * 1024
State = TransactionalMessage.State


class ToIn(StrictSerializer):
    """Either an address, or the id that a system of yours has for the customer."""

    email = Text(max_length=254, required=False, allow_blank=False)
    external_id = Text(max_length=MAX_VALUE, required=False, allow_blank=False)
    source = Text(  # type: ignore[assignment]
        max_length=MAX_SOURCE, default="api", allow_blank=False, help_text="Whose external_id."
    )


@extend_schema_serializer(component_name="MessageRequest")
class MessageIn(StrictSerializer):
    template = Text(max_length=MAX_KEY, allow_blank=False, help_text="The template's key.")
    to = ToIn()
    data = serializers.DictField(  # type: ignore[assignment]
        required=False,
        help_text="What the words call data.<name>: texts, numbers, true, false, and lists of such "
        "objects. Money is whole minor units. Names that the words do not use are ignored; those "
        "without a default must be there.",
    )
    language = Text(
        max_length=10, default="", help_text="Left out: the customer's, else the brand's."
    )
    send_at = Instant(required=False, help_text="Within 30 days; left out: now.")


class SentTo(serializers.Serializer[TransactionalMessage]):
    email = serializers.CharField(source="address")
    customer = serializers.SerializerMethodField()

    @extend_schema_field({"type": ["string", "null"], "examples": ["cus_06g3vaq4d1m8v6hk"]})
    def get_customer(self, message: TransactionalMessage) -> str | None:
        return ids.encode(CUSTOMER, message.customer.uid) if message.customer else None


@extend_schema_serializer(component_name="Message")
class MessageOut(serializers.ModelSerializer[TransactionalMessage]):
    id = PublicId(MESSAGE)
    template = serializers.CharField(source="template.key")
    to = SentTo(source="*")
    reason = serializers.CharField(
        help_text="bounce or erased: the address gets no mail; refused, unreachable, unsendable."
    )
    detail = serializers.CharField(help_text="The mail server's last words.")

    class Meta:
        model = TransactionalMessage
        fields = (
            *("id", "template", "version", "to", "language", "state", "reason", "detail"),
            *("attempts", "created_at", "send_at", "done_at"),
        )


class Messages(ApiView):
    scopes = {"GET": "messages:read", "POST": "messages:send"}
    needs_idempotency_key = True
    max_body = MAX_BYTES

    @extend_schema(
        operation_id="send_message",
        summary="Send one transactional mail",
        description="It answers what its reader did, so it needs no permission for news and "
        "offers and obeys no contact rule. With the same Idempotency-Key it goes once. An address "
        "that does not exist any more gets nothing: the state is then suppressed at once.",
        tags=TAGS,
        request=MessageIn,
        responses={202: MessageOut, **refusals(409)},
    )
    def post(self, request: Request) -> Response:
        said = MessageIn.of(request).validated_data
        message = request_message(
            brand=key_of(request).brand,
            template_key=said["template"],
            to=To(**said["to"]),
            data=said.get("data", {}),
            language=said["language"],
            send_at=said.get("send_at"),
        )
        return Response(MessageOut(message).data, 202)

    @extend_schema(
        operation_id="list_messages",
        summary="List transactional mails",
        tags=TAGS,
        parameters=[
            *LIST_PARAMETERS,
            OpenApiParameter("email", str, description="Only to this address."),
            OpenApiParameter("template", str, description="Only of the template with this key."),
            OpenApiParameter("state", str, enum=State.values, description="Only in this state."),
        ],
        responses={200: listed("MessageList", MessageOut), **refusals(404)},
    )
    def get(self, request: Request) -> Response:
        return list_response(request, _asked(request), MESSAGE, _shown)


class MessageDetail(ApiView):
    scopes = {"GET": "messages:read"}

    @extend_schema(
        operation_id="get_message",
        summary="What became of a transactional mail",
        tags=TAGS,
        responses={200: MessageOut, **refusals(404)},
    )
    def get(self, request: Request, message_id: str) -> Response:
        return Response(MessageOut(get_by_public_id(messages(), MESSAGE, message_id)).data)


def _asked(request: Request) -> Any:
    said = request.query_params
    if (state := said.get("state", "")) and state not in State.values:
        raise Invalid.at("state", f"Choose one of: {', '.join(State.values)}.")
    template = None
    if key := said.get("template", ""):
        template = TransactionalTemplate.objects.filter(key=key).first()
        if template is None:
            raise Invalid.at("template", "There is no template with this key.")
    with naming("email"):
        return messages(address=said.get("email", ""), template=template, state=state)


def _shown(found: list[TransactionalMessage]) -> Any:
    return MessageOut(found, many=True).data
