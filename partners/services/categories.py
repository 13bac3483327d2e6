"""What partners offer, in the brand's own words."""

from django.db import IntegrityError, transaction

from config.kit.errors import Conflict, Invalid, naming
from config.kit.text import clean_text
from partners.models.partnerships import OfferCategory

MAX_NAME = 60


def add_category(name: str) -> OfferCategory:
    """Raises Invalid, or Conflict for a name that is taken."""
    row = OfferCategory(name=_name(name))
    _save(row)
    return row


def rename_category(category: OfferCategory, *, name: str) -> OfferCategory:
    """Raises Invalid, or Conflict for a name that is taken."""
    category.name = _name(name)
    _save(category)
    return category


def _save(row: OfferCategory) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Conflict.at("name", "There is a category of this name.", code="name") from error


def _name(text: str) -> str:
    with naming("name"):
        name = clean_text(text, max_length=MAX_NAME)
    if not name:
        raise Invalid.at("name", "Give it a name, such as “Dinner”.")
    return name
