"""The walk every API request takes: key, share of time, scope of the key, idempotency claim, brand
scope, one service or selector; and the one form of every refusal (RFC 9457)."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, ClassVar, cast

import msgspec
import structlog
from django.http import Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from rest_framework.exceptions import APIException, ParseError, Throttled, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import idempotency
from accounts.api.keys import KeyAuthentication, count_request, key_of, require_scope
from accounts.api.schema import ApiSchema
from accounts.models.api_keys import ApiKey
from accounts.scope import Actor, acting, brand_scope
from config.kit.errors import Conflict, DomainError

logger = logging.getLogger(__name__)

MAX_BODY = 256 * 1024
PROBLEM = "application/problem+json"


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"

    def __init__(self, most: int) -> None:
        super().__init__(f"The body is larger than {most:,} bytes.")


class KeyMissing(APIException):
    status_code = 400
    default_code = "idempotency_key_missing"
    default_detail = "Send an Idempotency-Key with this request, so that it cannot happen twice."


class JsonParser(BaseParser):
    """JSON as RFC 8259 has it: no NaN, no broken text, no endless nesting."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, context: Any = None) -> Any:
        try:
            return msgspec.json.decode(stream.read())
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise ParseError(f"The body is not JSON: {str(error)[:200]}.") from error


class ApiView(APIView):
    """Base of all endpoints. `scopes` names the key's scope for each method, `max_body` the bytes
    a body may have."""

    authentication_classes = (KeyAuthentication,)
    parser_classes: tuple[type[BaseParser], ...] = (JsonParser,)
    schema = ApiSchema()
    scopes: ClassVar[Mapping[str, str]]
    needs_idempotency_key: ClassVar[bool] = False
    max_body: ClassVar[int] = MAX_BODY

    request: Request

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """DRF's own dispatch, with the brand's scope around the handler."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = {"Cache-Control": "no-store"}
        try:
            self.initial(self.request, *args, **kwargs)
            held = self._claim(request)
        except Exception as error:  # noqa: BLE001 (every error becomes a problem document)
            return self._finished(self.handle_exception(error))
        if isinstance(held, idempotency.Replay):
            return self._replayed(held)
        return self._answer(held)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = key_of(request)
        self.headers["RateLimit-Remaining"] = str(count_request(key))
        if scope := self.scopes.get(request.method or ""):
            require_scope(key, scope)

    def actor(self, key: ApiKey) -> Actor:
        """Who acts when this key asks."""
        return Actor("api_key", key.pk, request_id=request_id())

    def enter(self) -> None:
        """What a kind of endpoint looks up before its handlers, in the brand's scope."""

    def _claim(self, request: HttpRequest) -> idempotency.Claim | idempotency.Replay | None:
        body = self.read_body(request)
        if request.method not in {"POST", "PATCH"}:
            return None
        text = request.headers.get("Idempotency-Key")
        if text is None:
            if self.needs_idempotency_key:
                raise KeyMissing
            return None
        match = request.resolver_match
        return idempotency.claim(
            key=key_of(self.request),
            route=f"{request.method} {match.route if match else request.path}",
            text=text,
            request=request.get_full_path().encode() + b"\n" + body,
        )

    def read_body(self, request: HttpRequest) -> bytes:
        """The whole body, or TooLarge before it fills the memory; what an idempotency key is
        bound to."""
        if declared_length(request) > self.max_body or len(request.body) > self.max_body:
            raise TooLarge(self.max_body)
        return request.body

    def _answer(self, held: idempotency.Claim | None) -> HttpResponseBase:
        key = key_of(self.request)
        method = (self.request.method or "").lower()
        handler = getattr(self, method, self.http_method_not_allowed)
        try:
            with acting(self.actor(key)), brand_scope(key.brand_id):
                self.enter()
                response = self._finished(handler(self.request, *self.args, **self.kwargs))
                if held:
                    idempotency.keep(held, status=response.status_code, body=response.content)
                return response
        except Exception as error:  # noqa: BLE001 (every error becomes a problem document)
            response = self._finished(self.handle_exception(error))
        if held and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            with suppress(Conflict):  # somebody else holds the claim by now; the answer is theirs
                idempotency.keep(held, status=response.status_code, body=response.content)
        elif held:
            idempotency.release(held)
        return response

    def _finished(self, response: HttpResponseBase) -> Response:
        """Rendered while the scope is still open."""
        assert isinstance(response, Response)
        finished = self.finalize_response(self.request, response, *self.args, **self.kwargs)
        return cast(Response, finished.render())

    def _replayed(self, replay: idempotency.Replay) -> HttpResponse:
        is_problem = replay.status >= HTTPStatus.BAD_REQUEST
        response = HttpResponse(
            replay.body,
            status=replay.status,
            content_type=PROBLEM if is_problem else "application/json",
        )
        for name, value in {**self.headers, "Idempotent-Replayed": "true"}.items():
            response[name] = value
        return response


def declared_length(request: HttpRequest) -> int:
    """What the client says the body's length is; 0 when it says nothing. Raises ParseError."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        raise ParseError("The Content-Length is not a number.")
    return int(length)


def request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


# --- Refusals ----------------------------------------------------------------------------


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """DRF's exception handler: any error as a problem document (RFC 9457)."""
    headers = {}
    if isinstance(error, DomainError):
        problem = problem_document(error.status, error.code, error.message, error.fields)
    elif isinstance(error, Http404):
        problem = problem_document(404, "not_found", "There is no such thing for this key.")
    elif isinstance(error, ValidationError):
        fields = dict(_flat(error.detail))
        problem = problem_document(422, "invalid", "Some of the request cannot be used.", fields)
    elif isinstance(error, APIException):
        problem = problem_document(error.status_code, _code(error), str(error.detail))
        if isinstance(error, Throttled):
            headers["Retry-After"] = str(int(getattr(error, "wait", 1) or 1))
        if error.status_code == HTTPStatus.UNAUTHORIZED:
            headers["WWW-Authenticate"] = "Bearer"
    else:
        logger.error("the API failed", exc_info=error)
        problem = problem_document(
            500, "failed", "This is our mistake. It is noted; please try again."
        )
    problem["instance"] = context["request"].path
    return Response(problem, problem["status"], headers=headers, content_type=PROBLEM)


def problem_document(
    status: int, code: str, detail: str, fields: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """As RFC 9457 has it, but for `instance`."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [
            {"pointer": "#/" + place.lstrip("/"), "detail": text}
            for place, text in (fields or {}).items()
        ],
        "request_id": request_id(),
    }


def _code(error: APIException) -> str:
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def _flat(detail: Any, place: str = "") -> list[tuple[str, str]]:
    """DRF nests messages as the body is nested; a JSON pointer says the same in one line."""
    if isinstance(detail, Mapping):
        parts = [
            _flat(inner, place if name == "non_field_errors" else f"{place}/{name}")
            for name, inner in detail.items()
        ]
        return [entry for part in parts for entry in part]
    if isinstance(detail, list) and detail and isinstance(detail[0], Mapping | list):
        parts = [_flat(inner, f"{place}/{at}") for at, inner in enumerate(detail)]
        return [entry for part in parts for entry in part]
    return [(place, str(detail[0] if isinstance(detail, list) and detail else detail))]
