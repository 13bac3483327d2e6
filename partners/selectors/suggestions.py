"""What joint ventures ask for on the overview."""

from django.urls import reverse

from accounts.models.brands import Brand
from config.kit import formats
from customers.selectors.suggestions import Suggestion
from partners.selectors.review import waiting


def to_review(brand: Brand, permissions: frozenset[str]) -> list[Suggestion]:
    """Offers that wait for the brand's word, for who may give it."""
    count = waiting().count() if "partners.review" in permissions else 0
    if not count:
        return []
    number = formats.number(count, brand.locale)
    waits = "1 partner offer waits" if count == 1 else f"{number} partner offers wait"
    return [
        Suggestion(
            title=f"{waits} for review",
            detail="Approve, ask for changes or decline",
            url=reverse("partner_review", args=[brand.slug]),
            icon="handshake",
            tone="venture",
            count=count,
        )
    ]
