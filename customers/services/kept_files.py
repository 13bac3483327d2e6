"""Uploaded files are kept; those that name somebody who was erased are deleted afterwards.

One file at a time, read with no scope open. Only hashes of the erased addresses are known, so each
address in a file is hashed and compared."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.scope import brand_scope
from config.kit.clock import now
from customers.imports.kept_rows import forget
from customers.models.consents import PrivacyRequest
from customers.models.imports import BulkJob, Import
from customers.rules.erasure import PACKED, addresses_in
from customers.selectors.erasure import erased_hashes, hasher

_PIECE = 1_000_000
_KINDS: dict[str, Any] = {"import": Import, "bulk": BulkJob}
_FINISHED = ("done", "failed")


@dataclass(frozen=True, slots=True)
class _Kept:
    kind: str
    pk: int
    path: str


def forget_next_file(*, brand_id: int, request_id: int) -> bool:
    """Look through the next kept file and delete it when it names somebody who was erased; True
    when there is none left, which ends the erasure."""
    with brand_scope(brand_id):
        request = PrivacyRequest.objects.get(pk=request_id)
        kept = None if request.done_at else _next(request.report.get("files", {}))
        if kept is None:
            _finish(request)
            return True
        erased = erased_hashes()
    names_erased = _names(kept.path, erased, brand_id)
    with brand_scope(brand_id):
        _note(request_id, kept, names_erased=names_erased)
    return False


def _next(looked: dict[str, int]) -> _Kept | None:
    """Finished ones only: what waits to be imported refuses the erased address by itself."""
    for kind, model in _KINDS.items():
        rows = model.objects.exclude(file="").filter(state__in=_FINISHED)
        row = rows.filter(pk__gt=looked.get(kind, 0)).order_by("pk").first()
        if row is not None:
            return _Kept(kind, row.pk, row.file.name)
    return None


def _names(path: str, erased: frozenset[str], brand_id: int) -> bool:
    """A packed file cannot be looked through line by line; it counts as one that does."""
    if not default_storage.exists(path):
        return False
    hash_of = hasher(brand_id)
    with default_storage.open(path, "rb") as file:
        first = file.read(_PIECE)
        if first.startswith(PACKED):
            return True
        seen: set[str] = set()
        for address in addresses_in(_pieces(first, file)):
            if address not in seen and hash_of(address) in erased:
                return True
            if len(seen) < _PIECE:
                seen.add(address)
    return False


def _pieces(first: bytes, file: Any) -> Iterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = file.read(_PIECE)


def _note(request_id: int, kept: _Kept, *, names_erased: bool) -> None:
    request = PrivacyRequest.objects.select_for_update().get(pk=request_id)
    looked = request.report.setdefault("files", {})
    looked[kept.kind] = kept.pk
    looked["looked"] = looked.get("looked", 0) + 1
    if names_erased:
        looked["deleted"] = looked.get("deleted", 0) + 1
        _KINDS[kept.kind].objects.filter(pk=kept.pk).update(file="")
        transaction.on_commit(lambda: _delete(kept.path))
    request.save(update_fields=["report"])


def _delete(path: str) -> None:
    default_storage.delete(path)
    forget(path)


def _finish(request: PrivacyRequest) -> None:
    if request.done_at is not None:
        return
    looked = request.report.pop("files", {})
    request.report.setdefault("lines", []).append(
        {
            "what": "Uploaded files",
            "erased": looked.get("deleted", 0),
            "kept": looked.get("looked", 0) - looked.get("deleted", 0),
            "why": "Files that do not name the person stay.",
        }
    )
    request.done_at = now()
    request.save(update_fields=["report", "done_at"])
