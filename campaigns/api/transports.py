"""How a brand's mail leaves and how fast, through the API."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.fields import StrictSerializer, Text, Whole
from accounts.api.keys import key_of
from accounts.api.schema import refusals
from campaigns.channels.providers.accounts import PROVIDERS
from campaigns.channels.providers.hooks import HOOKS
from campaigns.models.transports import Transport
from campaigns.rules.transports import MAX_PER_MINUTE
from campaigns.selectors.transports import hook_address, transport
from campaigns.services.transports import (
    MAX_PASSWORD,
    MAX_USER,
    Server,
    make_hook_key,
    set_hook_key,
    set_pace,
    use_house,
    use_provider,
    use_server,
)
from config.kit.errors import Invalid

TAGS = ["Sending"]
# Their set has its name in the API document by config/settings/base.py.
PROVIDER_NAMES = sorted(PROVIDERS)


@extend_schema_serializer(component_name="MailServer")
class ServerIn(StrictSerializer):
    """An SMTP server of your own. Without `password` the kept one stays, for the same host, user
    and security only; it is never shown."""

    host = Text(max_length=253, allow_blank=False)
    port = Whole(min_value=1, max_value=65535, allow_null=True, default=None)
    security = serializers.ChoiceField(
        choices=Transport.Security.values, default=Transport.Security.STARTTLS
    )
    username = Text(max_length=200, default="")
    password = Text(max_length=MAX_PASSWORD, required=False, write_only=True, allow_blank=False)


@extend_schema_serializer(component_name="MailProvider")
class ProviderIn(StrictSerializer):
    """An account with a provider. Without `key` the kept one stays; it is never shown. `user` is
    the public half of the key, where the provider gives two (Mailjet)."""

    name = serializers.ChoiceField(choices=PROVIDER_NAMES)
    user = Text(max_length=MAX_USER, default="")
    key = Text(max_length=MAX_PASSWORD, required=False, write_only=True, allow_blank=False)


@extend_schema_serializer(component_name="Sending")
class SendingIn(StrictSerializer):
    """`server` or `provider`, or neither: the mail server of this installation. `per_minute` null:
    as many mails as the other side takes. What is left out of the body is null."""

    server = ServerIn(allow_null=True, default=None)
    provider = ProviderIn(allow_null=True, default=None)
    per_minute = Whole(min_value=1, max_value=MAX_PER_MINUTE, allow_null=True, default=None)
    domains = serializers.DictField(
        child=Whole(min_value=1, max_value=MAX_PER_MINUTE),
        default=dict,
        help_text="Mails a minute to addresses of one domain, such as gmail.com.",
    )


# Also their name in the API document (config/settings/base.py).
PROVIDER_NAMES = sorted(PROVIDERS)


class Sending(ApiView):
    scopes = {"GET": "sending:read", "PUT": "sending:write"}

    @extend_schema(
        operation_id="get_sending",
        summary="How mail leaves, and how fast",
        tags=TAGS,
        responses={200: SendingIn, **refusals()},
    )
    def get(self, request: Request) -> Response:
        return Response(_shown(transport()))

    @extend_schema(
        operation_id="set_sending",
        summary="Choose how mail leaves, and how fast",
        description="Holds within seconds, also for campaigns on their way.",
        tags=TAGS,
        request=SendingIn,
        responses={200: SendingIn, **refusals(422)},
    )
    def put(self, request: Request) -> Response:
        said = SendingIn.of(request).validated_data
        _use(said["server"], said["provider"])
        return Response(_shown(set_pace(per_minute=said["per_minute"], domains=said["domains"])))


@extend_schema_serializer(component_name="SendingWebhook")
class HookIn(StrictSerializer):
    """`key`: what a provider signs with, as it shows it; left out for one that signs nothing, which
    gets a new password as part of its address."""

    provider = serializers.ChoiceField(choices=sorted(HOOKS))
    key = Text(max_length=MAX_PASSWORD, required=False, write_only=True, allow_blank=False)


class HookOut(serializers.Serializer[Any]):
    """`address` is what to give the provider; a password in it is shown this once."""

    provider = serializers.CharField()
    address = serializers.CharField()


class SendingWebhook(ApiView):
    scopes = {"PUT": "sending:write"}

    @extend_schema(
        operation_id="set_sending_webhook",
        summary="Say by what a provider's webhooks are believed",
        description="Bounces, complaints, unsubscribes and deliveries of this brand's own account.",
        tags=TAGS,
        request=HookIn,
        responses={200: HookOut, **refusals(422)},
    )
    def put(self, request: Request) -> Response:
        said = HookIn.of(request).validated_data
        kind, password = said["provider"], ""
        if "key" in said:
            set_hook_key(kind, key=said["key"])
        else:
            password = make_hook_key(kind)
        address = hook_address(key_of(request).brand, kind, password=password)
        return Response({"provider": kind, "address": address})


def _use(server: dict[str, Any] | None, provider: dict[str, Any] | None) -> None:
    if server is not None and provider is not None:
        raise Invalid.at("provider", "Choose a server or a provider, not both.")
    if server is not None:
        use_server(Server(**server))
    elif provider is not None:
        use_provider(provider["name"], key=provider.get("key"), user=provider["user"])
    else:
        use_house()


def _shown(row: Transport) -> dict[str, Any]:
    server = {name: getattr(row, name) for name in ("host", "port", "security", "username")}
    return {
        "server": server if row.kind == Transport.Kind.SMTP else None,
        "provider": _provider(row) if row.kind in PROVIDERS else None,
        "per_minute": row.per_minute,
        "domains": row.domain_limits,
    }


def _provider(row: Transport) -> dict[str, str]:
    return {"name": row.kind, "user": row.username}
