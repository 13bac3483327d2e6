"""Ways of looking at the customer list that somebody wants to find again."""

from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction

from accounts.services.events import record
from config.kit.errors import Invalid, naming
from config.kit.text import clean_text
from customers.events.customers import SavedViewDeleted, SavedViewSaved
from customers.models.views import SavedView

MAX_VIEWS = 50


def save_view(
    *,
    owner_id: int,
    name: str,
    query: Mapping[str, str],
    columns: Sequence[str],
    sort: str,
    is_shared: bool,
) -> SavedView:
    """A view of this name, new or in place of the owner's former one. Raises Invalid."""
    with naming("name"):
        named = clean_text(name, max_length=80)
    if not named:
        raise Invalid.at("name", "Give the view a name.")
    own = SavedView.objects.filter(owner_id=owner_id)
    if own.count() >= MAX_VIEWS and not own.filter(name=named).exists():
        raise Invalid(f"You have {MAX_VIEWS} views. Delete one that you do not need any more.")
    with transaction.atomic():
        view, _ = SavedView.objects.update_or_create(
            owner_id=owner_id,
            name=named,
            defaults={
                "query": dict(query),
                "columns": list(columns),
                "sort": sort,
                "is_shared": is_shared,
            },
        )
        view.refresh_from_db()
        record(SavedViewSaved(subject_id=view.pk))
    return view


def rename_view(*, view: SavedView, name: str) -> None:
    """Raises Invalid when the owner has a view of that name."""
    with naming("name"):
        named = clean_text(name, max_length=80) or view.name
    view.name = named
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
            record(SavedViewSaved(subject_id=view.pk))
    except IntegrityError as error:
        raise Invalid.at(
            "name", f"You have a view “{named}” already.", code="name_taken"
        ) from error


def delete_view(*, view: SavedView) -> None:
    pk = view.pk
    with transaction.atomic():
        view.delete()
        record(SavedViewDeleted(subject_id=pk))
