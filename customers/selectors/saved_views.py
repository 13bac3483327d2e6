"""Which views of the customer list somebody has, and what they lately did from it."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from config.kit.clock import now
from customers.models.views import BulkAction, SavedView

# How long the list offers to take an act back; its page does so for ever.
_SHOWN = timedelta(hours=1)


def views_of(user_id: int) -> QuerySet[SavedView]:
    """One's own and the shared ones, by name."""
    return SavedView.objects.filter(Q(owner_id=user_id) | Q(is_shared=True)).order_by("name", "pk")


def recent_action(user_id: int) -> BulkAction | None:
    """The newest act on many customers of this person, while it is new."""
    rows = BulkAction.objects.filter(by_id=user_id, at__gt=now() - _SHOWN)
    return rows.order_by("-pk").first()
