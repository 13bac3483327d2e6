"""Which of the brand's attributes hold the lines of a postal address."""

from customers.models.attributes import AttributeDefinition
from customers.rules.postal import names_of_parts


def address_names() -> dict[str, list[str]]:
    """By part: street, street_2, postcode, region."""
    return names_of_parts(AttributeDefinition.objects.order_by("id").values_list("name", flat=True))
