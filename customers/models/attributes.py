"""What a brand knows of its customers beyond the columns everybody has."""

from django.db import models
from django.db.models.functions import Now

from accounts.models.base import BrandOwned, OwnKey, owned
from config.kit.clock import now
from customers.models.customers import Customer


class AttributeDefinition(BrandOwned):
    """A custom attribute: its name in files and rules, and the type its values have.

    Values live in `Customer.attributes` under `name`: text and choice as text, number as a JSON
    number, date as "2026-11-22", boolean as true or false, money as minor units. Those of a
    promoted attribute stand in AttributeValue too, where an index finds them."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number"
        DATE = "date", "Date"
        BOOLEAN = "boolean", "Yes or no"
        CHOICE = "choice", "Choice"
        MONEY = "money", "Money"

    name = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    choices = models.JSONField(default=list)
    is_promoted = models.BooleanField(default=False)
    # A change on its way through the customers, as services/attribute_changes.py writes it; empty:
    # every value is of the kind above, and those of a promoted attribute stand in their index.
    changing = models.JSONField(null=True, editable=False)
    created_at = models.DateTimeField(default=now, db_default=Now(), editable=False)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("attribute_definition"),
            models.UniqueConstraint(fields=["brand", "name"], name="attribute_definition_name"),
        ]

    def __str__(self) -> str:
        return self.label


class AttributeValue(BrandOwned):
    """A promoted attribute's value, typed and indexed. Exactly one of the two columns is set:
    dates are days since 1970-01-01, booleans 0 or 1, money minor units."""

    definition = OwnKey[AttributeDefinition](AttributeDefinition, related_name="values")
    customer = OwnKey[Customer](Customer, related_name="attribute_values")
    text = models.CharField(max_length=500, null=True)
    number = models.FloatField(null=True)

    class Meta(BrandOwned.Meta):
        constraints = [
            *owned("attribute_value", "definition", "customer"),
            models.UniqueConstraint(
                fields=["brand", "customer", "definition"], name="attribute_value_once"
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "definition", "text"], name="attribute_value_text"),
            models.Index(fields=["brand", "definition", "number"], name="attribute_value_number"),
        ]

    def __str__(self) -> str:
        return f"{self.definition_id} of customer {self.customer_id}"
