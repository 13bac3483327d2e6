"""What can be done to many customers at once: each kind does it, and takes it back."""

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection

from accounts.scope import current_brand_id
from config.kit.clock import now
from config.kit.errors import Invalid, naming
from config.kit.paging import row_id
from config.kit.sql import load
from config.kit.text import clean_text
from customers.models.customers import Customer
from customers.models.segments import Segment, SegmentMember
from customers.selectors.attributes import definitions
from customers.services.attributes import lock_kinds, read_attributes, refresh_values
from customers.services.lists import add_to_list, remove_from_list
from customers.services.suppressions import MAX_DETAIL, suppress_addresses, take_back
from customers.services.tags import MAX_TAG

# Customer id -> what the action changed, as it was.
Before = dict[int, dict[str, Any]]


class BulkKind(ABC):
    """`params` are what a person chose, as `clean` returned them."""

    code: str
    label: str

    @abstractmethod
    def clean(self, params: Mapping[str, str]) -> dict[str, Any]:
        """Raises Invalid."""

    @abstractmethod
    def do(self, customer_ids: Collection[int], params: Mapping[str, Any]) -> Before:
        """Change these customers; only whom it changed comes back."""

    @abstractmethod
    def undo(self, before: Before, params: Mapping[str, Any]) -> int:
        """Take it back; how many were left as they are, because they were changed again since."""


class AddTag(BulkKind):
    code = "add_tag"
    label = "Add a tag"

    def clean(self, params: Mapping[str, str]) -> dict[str, Any]:
        return {"tag": _tag(params)}

    def do(self, customer_ids: Collection[int], params: Mapping[str, Any]) -> Before:
        return _changed("bulk_tag", customer_ids, tag=params["tag"])

    def undo(self, before: Before, params: Mapping[str, Any]) -> int:
        return len(before) - len(_changed("bulk_untag", before, tag=params["tag"]))


class RemoveTag(BulkKind):
    code = "remove_tag"
    label = "Remove a tag"

    def clean(self, params: Mapping[str, str]) -> dict[str, Any]:
        return {"tag": _tag(params)}

    def do(self, customer_ids: Collection[int], params: Mapping[str, Any]) -> Before:
        return _changed("bulk_untag", customer_ids, tag=params["tag"])

    def undo(self, before: Before, params: Mapping[str, Any]) -> int:
        return len(before) - len(_changed("bulk_tag", before, tag=params["tag"]))


class SetAttribute(BulkKind):
    code = "set_attribute"
    label = "Set an attribute"

    def clean(self, params: Mapping[str, str]) -> dict[str, Any]:
        name = params.get("attribute", "")
        if name not in definitions():
            raise Invalid.at("attribute", "Choose one of the brand's attributes.")
        return {"name": name, "value": read_attributes({name: params.get("value", "")})[name]}

    def do(self, customer_ids: Collection[int], params: Mapping[str, Any]) -> Before:
        return self._set(customer_ids, params, values={}, only_now=None)

    def undo(self, before: Before, params: Mapping[str, Any]) -> int:
        # Of who was erased meanwhile nothing is known any more.
        values = {str(pk): was["value"] for pk, was in before.items() if was}
        known = [int(pk) for pk in values]
        only_now = json.dumps(params["value"])
        return len(before) - len(self._set(known, params, values=values, only_now=only_now))

    def _set(
        self,
        customer_ids: Collection[int],
        params: Mapping[str, Any],
        *,
        values: dict[str, Any],
        only_now: str | None,
    ) -> Before:
        lock_kinds()
        changed = _changed(
            "bulk_attribute",
            customer_ids,
            name=params["name"],
            value=json.dumps(params["value"]),
            values=json.dumps(values),
            only_now=only_now,
        )
        if changed:
            refresh_values(customer_ids=changed)
        return changed


class AddToList(BulkKind):
    code = "add_to_list"
    label = "Add to a list"

    def clean(self, params: Mapping[str, str]) -> dict[str, Any]:
        return {"list": _list_id(params)}

    def do(self, customer_ids: Collection[int], params: Mapping[str, Any]) -> Before:
        chosen = _list(params)
        missing = set(customer_ids) - _on(chosen, customer_ids)
        add_to_list(segment=chosen, customer_ids=missing)
        return {pk: {} for pk in missing}

    def undo(self, before: Before, params: Mapping[str, Any]) -> int:
        chosen = _list(params)
        still = _on(chosen, before)
        remove_from_list(segment=chosen, customer_ids=still)
        return len(before) - len(still)


class RemoveFromList(BulkKind):
    code = "remove_from_list"
    label = "Take off a list"

    def clean(self, params: Mapping[str, str]) -> dict[str, Any]:
        return {"list": _list_id(params)}

    def do(self, customer_ids: Collection[int], params: Mapping[str, Any]) -> Before:
        chosen = _list(params)
        there = _on(chosen, customer_ids)
        remove_from_list(segment=chosen, customer_ids=there)
        return {pk: {} for pk in there}

    def undo(self, before: Before, params: Mapping[str, Any]) -> int:
        chosen = _list(params)
        back = set(before) - _on(chosen, before)
        add_to_list(segment=chosen, customer_ids=back)
        return len(before) - len(back)


class Suppress(BulkKind):
    code = "suppress"
    label = "Put on the do-not-mail list"

    def clean(self, params: Mapping[str, str]) -> dict[str, Any]:
        with naming("detail"):
            return {"detail": clean_text(params.get("detail", ""), max_length=MAX_DETAIL)}

    def do(self, customer_ids: Collection[int], params: Mapping[str, Any]) -> Before:
        people = Customer.objects.filter(pk__in=customer_ids).exclude(email_norm="")
        # Of several who share an address the oldest record stands for it.
        owners = dict(people.order_by("-pk").values_list("email_norm", "pk"))
        added = suppress_addresses(keys=owners, detail=params["detail"])
        return {owners[key]: {"suppression": pk} for key, pk in added.items()}

    def undo(self, before: Before, params: Mapping[str, Any]) -> int:
        added = [was["suppression"] for was in before.values() if was]
        return len(before) - take_back(ids=added)


KINDS: dict[str, BulkKind] = {
    kind.code: kind
    for kind in (
        AddTag(),
        RemoveTag(),
        SetAttribute(),
        AddToList(),
        RemoveFromList(),
        Suppress(),
    )
}


def _changed(statement: str, customer_ids: Collection[int], **params: Any) -> Before:
    with connection.cursor() as cursor:
        cursor.execute(
            load("customers", statement),
            {
                "brand_id": current_brand_id(),
                "customer_ids": sorted(customer_ids),
                "at": now(),
                **params,
            },
        )
        return {
            pk: json.loads(was) if isinstance(was, str) else was for pk, was in cursor.fetchall()
        }


def _tag(params: Mapping[str, str]) -> str:
    with naming("tag"):
        tag = clean_text(params.get("tag", ""), max_length=MAX_TAG)
    if not tag:
        raise Invalid.at("tag", "Write the tag.")
    return tag


def _list_id(params: Mapping[str, str]) -> int:
    pk = row_id(params.get("list", "")) or 0
    chosen = Segment.objects.filter(kind=Segment.Kind.LIST, pk=pk).first()
    if chosen is None:
        raise Invalid.at("list", "Choose one of the brand's lists.")
    return chosen.pk


def _list(params: Mapping[str, Any]) -> Segment:
    return Segment.objects.get(pk=params["list"])


def _on(chosen: Segment, customer_ids: Collection[int]) -> set[int]:
    rows = SegmentMember.objects.filter(
        segment=chosen, left_at=None, customer_id__in=list(customer_ids)
    )
    return set(rows.values_list("customer_id", flat=True))
