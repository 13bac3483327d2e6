"""What partners offer, and how many do."""

from django.db.models import Count, Q, QuerySet

from partners.models.partnerships import OfferCategory, Partnership


def category_rows() -> QuerySet[OfferCategory]:
    """By name, with the number of active partners of each."""
    active = Q(partnerships__state=Partnership.State.ACTIVE)
    return OfferCategory.objects.annotate(partners=Count("partnerships", filter=active)).order_by(
        "name"
    )
