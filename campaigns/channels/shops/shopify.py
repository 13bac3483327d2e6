"""Shopify's Admin GraphQL interface, as far as discount codes need it (version 2026-04).

Codes are added by a job that the shop works off by itself. A code can be used once: `usageLimit`
holds for each code of a discount."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import msgspec

from campaigns.channels.shops.base import (
    Discount,
    Job,
    ShopBusy,
    ShopRefused,
    ShopUnreachable,
)
from config.kit.egress import Answer, EgressFailed, EgressRefused, post
from config.kit.money import to_decimal

PATH = "/admin/api/2026-04/graphql.json"
TIMEOUT = 20.0
_MAX_ANSWER = 1_000_000
# What a throttled query is told to wait, where the answer does not say.
_WAIT = 2.0
_LONGEST_WAIT = 300.0
_TAKEN = "TAKEN"

_CREATE = """
mutation createDiscount($input: DiscountCodeBasicInput!) {
  discountCodeBasicCreate(basicCodeDiscount: $input) {
    codeDiscountNode { id }
    userErrors { field message code }
  }
}"""
_ADD = """
mutation addCodes($discount: ID!, $codes: [DiscountRedeemCodeInput!]!) {
  discountRedeemCodeBulkAdd(discountId: $discount, codes: $codes) {
    bulkCreation { id }
    userErrors { field message code }
  }
}"""
_JOB = """
query codesJob($job: ID!, $first: Int!) {
  discountRedeemCodeBulkCreation(id: $job) {
    done
    codes(first: $first) { nodes { code errors { code message } } }
  }
}"""


@contextmanager
def _as_expected() -> Iterator[None]:
    """An answer of another form than ours is no answer: the batch waits, and says so."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ShopUnreachable("The shop's answer cannot be read.") from error


class Shopify:
    """A shop at `address` (https://name.myshopify.com), opened by an Admin access token with the
    scope write_discounts."""

    portion = 100

    def __init__(self, address: str, token: str) -> None:
        self._url = address.rstrip("/") + PATH
        self._headers = {"X-Shopify-Access-Token": token, "Content-Type": "application/json"}

    @_as_expected()
    def discounts_of(self, codes: Sequence[str]) -> dict[str, str]:
        """All in one question."""
        if not codes:
            return {}
        names = [f"c{number}" for number in range(len(codes))]
        given = ", ".join(f"${name}: String!" for name in names)
        asked = " ".join(
            f"{name}: codeDiscountNodeByCode(code: ${name}) {{ id }}" for name in names
        )
        found = self._ask(
            f"query whose({given}) {{ {asked} }}", dict(zip(names, codes, strict=True))
        )
        return {
            code: str(found[name]["id"])
            for name, code in zip(names, codes, strict=True)
            if found.get(name)
        }

    @_as_expected()
    def create_discount(self, discount: Discount, *, first_code: str) -> str:
        answer = self._ask(_CREATE, {"input": _input(discount, first_code)})
        made = _accepted(answer["discountCodeBasicCreate"])
        return str(made["codeDiscountNode"]["id"])

    @_as_expected()
    def add_codes(self, discount_ref: str, codes: Sequence[str]) -> str:
        given = {"discount": discount_ref, "codes": [{"code": code} for code in codes]}
        added = _accepted(self._ask(_ADD, given)["discountRedeemCodeBulkAdd"])
        return str(added["bulkCreation"]["id"])

    @_as_expected()
    def job(self, job_ref: str) -> Job | None:
        answer = self._ask(_JOB, {"job": job_ref, "first": self.portion})
        found = answer["discountRedeemCodeBulkCreation"]
        if found is None:
            return None
        if not found["done"]:
            return Job(is_done=False)
        made, taken, refused = [], [], {}
        for node in found["codes"]["nodes"]:
            code, errors = str(node["code"]), node["errors"]
            if not errors:
                made.append(code)
            elif any(error.get("code") == _TAKEN for error in errors):
                taken.append(code)
            else:
                refused[code] = " ".join(str(error["message"]) for error in errors)
        return Job(is_done=True, made=made, taken=taken, refused=refused)

    def _ask(self, query: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The `data` of the answer."""
        body = msgspec.json.encode({"query": query, "variables": variables})
        try:
            answer = post(
                self._url,
                body=body,
                headers=self._headers,
                max_bytes=_MAX_ANSWER,
                timeout=TIMEOUT,
            )
        except EgressRefused as error:
            raise ShopRefused(error.message) from error
        except EgressFailed as error:
            raise ShopUnreachable(error.message) from error
        return _data(answer)


def _data(answer: Answer) -> Mapping[str, Any]:
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        raise ShopBusy(_seconds(answer.headers.get("retry-after", "")))
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise ShopRefused(
            "The shop does not accept the access token. It needs the scope write_discounts."
        )
    if answer.status == HTTPStatus.NOT_FOUND:
        raise ShopRefused("There is no shop at this address.")
    if answer.status != HTTPStatus.OK:
        raise ShopUnreachable(f"The shop answered {answer.status}.")
    try:
        said = msgspec.json.decode(answer.body)
        errors, data = said.get("errors"), said.get("data")
    except (msgspec.DecodeError, AttributeError) as error:
        raise ShopUnreachable("The shop's answer cannot be read.") from error
    if errors:
        raise _error(errors, said)
    if not isinstance(data, dict):
        raise ShopUnreachable("The shop's answer has no data in it.")
    return data


def _error(errors: Any, said: Mapping[str, Any]) -> Exception:
    first = errors[0] if isinstance(errors, list) and isinstance(errors[0], dict) else {}
    code = (first.get("extensions") or {}).get("code", "")
    if code == "THROTTLED":
        return ShopBusy(_until_restored(said))
    message = str(first.get("message") or errors)[:200]
    if code == "INTERNAL_SERVER_ERROR":
        return ShopUnreachable(f"The shop failed: {message}")
    return ShopRefused(f"The shop says: {message}")


def _until_restored(said: Mapping[str, Any]) -> float:
    """How long until the query's cost is there again, as the answer tells it."""
    try:
        cost = said["extensions"]["cost"]
        status = cost["throttleStatus"]
        missing = cost["requestedQueryCost"] - status["currentlyAvailable"]
        seconds = missing / status["restoreRate"]
    except (KeyError, TypeError, ZeroDivisionError):
        return _WAIT
    return min(max(float(seconds), 1.0), _LONGEST_WAIT)


def _seconds(text: str) -> float:
    try:
        return min(max(float(text), 1.0), _LONGEST_WAIT)
    except ValueError:
        return _WAIT


def _accepted(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """The payload of a mutation; raises ShopRefused with what it did not like."""
    if errors := payload["userErrors"]:
        words = " ".join(str(error["message"]) for error in errors)
        raise ShopRefused(f"The shop says: {words[:200]}")
    return payload


def _input(discount: Discount, first_code: str) -> dict[str, Any]:
    """A DiscountCodeBasicInput."""
    every = {"all": True}
    some = {"products": {"productsToAdd": [_gid(number) for number in discount.products]}}
    given: dict[str, Any] = {
        "title": discount.title,
        "code": first_code,
        "startsAt": discount.starts_at.isoformat(),
        "endsAt": discount.ends_at.isoformat() if discount.ends_at else None,
        "context": {"all": "ALL"},
        "customerGets": {
            "value": _worth(discount),
            "items": some if discount.products else every,
        },
        "usageLimit": 1,
        "appliesOncePerCustomer": False,
        "combinesWith": dict.fromkeys(
            ("orderDiscounts", "productDiscounts", "shippingDiscounts"), discount.is_stackable
        ),
    }
    if discount.minimum_minor:
        least = str(to_decimal(discount.minimum_minor, discount.currency))
        given["minimumRequirement"] = {"subtotal": {"greaterThanOrEqualToSubtotal": least}}
    return given


def _worth(discount: Discount) -> dict[str, Any]:
    if discount.kind == "percent":
        return {"percentage": discount.value / 100}
    amount = str(to_decimal(discount.value, discount.currency))
    return {"discountAmount": {"amount": amount, "appliesOnEachItem": False}}


def _gid(number: str) -> str:
    return number if number.startswith("gid://") else f"gid://shopify/Product/{number}"
