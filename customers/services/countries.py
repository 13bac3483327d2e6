"""Countries that were kept before we knew their name: renamed at night, a slice at a time."""

from django.db import connection, transaction

from accounts.scope import brand_scope, current_brand_id
from config.kit.countries import country_name
from customers.models.consents import PermissionRule
from customers.models.customers import Customer
from customers.services.dirty import mark_dirty
from customers.services.permissions import set_permission_rule

_SLICE = 10_000


def name_countries(*, brand_id: int) -> bool:
    """Give the next customers the one name of their country; False while more may wait.

    Opens its own scope. `updated_at` stays: nobody changed what is known of the customer, and an
    import must still be undoable."""
    with brand_scope(brand_id):
        written = Customer.objects.exclude(country="").values_list("country", flat=True).distinct()
        names = {text: country_name(text) for text in written}
        renamed = _rename({text: name for text, name in names.items() if text != name})
        if renamed == _SLICE:
            return False
        _rename_rules()
    return True


def _rename(names: dict[str, str]) -> int:
    """How many customers, at most a slice of them, have another name of their country now."""
    if not names:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH o AS MATERIALIZED ("
            "    SELECT id, country FROM customers_customer"
            "    WHERE brand_id = %(brand_id)s AND country = ANY(%(written)s)"
            "    ORDER BY id LIMIT %(most)s FOR NO KEY UPDATE)"
            " UPDATE customers_customer AS c SET country = n.name"
            " FROM o JOIN unnest(%(written)s::text[], %(names)s::text[]) AS n (written, name)"
            "   ON n.written = o.country"
            " WHERE c.brand_id = %(brand_id)s AND c.id = o.id RETURNING c.id",
            {
                "brand_id": current_brand_id(),
                "written": list(names),
                "names": list(names.values()),
                "most": _SLICE,
            },
        )
        ids = [customer_id for (customer_id,) in cursor.fetchall()]
    mark_dirty(ids)
    return len(ids)


def _rename_rules() -> None:
    """Two rules that were meant for one country become one that allows only what both did."""
    with transaction.atomic():
        for rule in PermissionRule.objects.select_for_update().order_by("id"):
            name = country_name(rule.country)
            if name == rule.country:
                continue
            other = PermissionRule.objects.filter(country=name).first()
            both = set(rule.bases) & set(other.bases if other else rule.bases)
            days = min(rule.implied_days, other.implied_days if other else rule.implied_days)
            rule.delete()
            set_permission_rule(country=name, bases=both or ["consent"], implied_days=days)
