"""How often a customer did something between two instants, for rules whose facts cannot say.

A function because the planner takes a sub-select in a condition to run for every row, and prefers
an index to the scan that is cheaper by far; it runs for those few whose events lie ahead of their
day. `COST 1` says so."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION customers_events_between(
    of_brand bigint, of_customer bigint, of_name text, since timestamptz, until timestamptz
) RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE COST 1 AS $$
    WITH RECURSIVE family (id) AS (
        SELECT of_customer
        UNION ALL
        SELECT gone.id
        FROM family
        JOIN customers_customer AS gone
          ON gone.brand_id = of_brand AND gone.merged_into_id = family.id
    )
    SELECT count(*)
    FROM customers_customerevent AS event
    WHERE event.brand_id = of_brand
      AND event.customer_id = ANY(ARRAY(SELECT family.id FROM family))
      AND event.name = of_name AND event.at >= since AND event.at < until
$$
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_copies_for_segments")]

    operations = [
        migrations.RunSQL(
            FUNCTION,
            "DROP FUNCTION customers_events_between(bigint, bigint, text, timestamptz, timestamptz)",
        ),
    ]
