"""Whose offers keep which others away: competitors of a partner."""

from django.db import IntegrityError, transaction

from config.kit.errors import Conflict, Invalid
from partners.models.partnerships import CompetitorBlock, OfferCategory, Partnership


def add_block(
    partnership: Partnership,
    *,
    category: OfferCategory | None = None,
    other: Partnership | None = None,
) -> CompetitorBlock:
    """While offers of this partner run, none of that category, or of that other partner, may start.

    Raises Invalid unless it is one of the two and not the partner itself, or Conflict for one that
    is there."""
    if (category is None) == (other is None):
        raise Invalid("Choose a category, or another partner.")
    if other is not None and other.pk == partnership.pk:
        raise Invalid.at("other", "A partner does not compete with itself.")
    try:
        with transaction.atomic():
            return CompetitorBlock.objects.create(
                partnership=partnership, category=category, other=other
            )
    except IntegrityError as error:
        raise Conflict("This is kept away already.", code="known") from error


def remove_block(block: CompetitorBlock) -> None:
    CompetitorBlock.objects.filter(pk=block.pk).delete()
