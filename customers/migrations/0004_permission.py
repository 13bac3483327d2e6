"""Who may be written to: one judgement, as a function that PostgreSQL inlines, and as a view."""

from django.db import migrations

# A function because the purpose may be of any partner and the day is the brand's; inlined (SQL,
# STABLE, one SELECT), so that indexes and joins of the statement around it are used. The first
# reason that holds is given; '' means yes.
FUNCTION = """
CREATE FUNCTION customers_permission(
    of_brand bigint, for_purpose text, by_channel text, on_day date
) RETURNS TABLE (customer_id bigint, address text, basis text, reason text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT
        customer.id,
        CASE by_channel
            WHEN 'email' THEN customer.email_norm
            WHEN 'post' THEN ''
            ELSE customer.phone
        END,
        coalesce(state.basis, 'none')::text,
        CASE
            WHEN CASE by_channel
                     WHEN 'email' THEN customer.email_norm
                     WHEN 'post' THEN ''
                     ELSE customer.phone
                 END = '' THEN 'no_address'
            WHEN customer.is_relay AND by_channel = 'email' THEN 'relay_address'
            WHEN suppression.id IS NOT NULL THEN 'suppressed'
            WHEN state.status IS DISTINCT FROM 'granted' THEN 'no_consent'
            WHEN state.expires_on < on_day THEN 'expired'
            WHEN NOT coalesce(
                coalesce(
                    own.bases,
                    (
                        SELECT other.bases FROM customers_permissionrule AS other
                        WHERE other.brand_id = of_brand AND other.country = ''
                    )
                ) ? state.basis,
                true
            )
              OR (state.basis = 'soft_opt_in' AND for_purpose <> 'marketing')
            THEN 'basis_not_allowed'
            WHEN state.basis = 'soft_opt_in' AND NOT EXISTS (
                SELECT FROM customers_customerfacts AS facts
                WHERE facts.brand_id = of_brand
                  AND facts.customer_id = customer.id
                  AND (facts.orders_count > 0 OR facts.events ? 'enquiry')
            ) THEN 'no_purchase'
            ELSE ''
        END
    FROM customers_customer AS customer
    LEFT JOIN customers_consentstate AS state
      ON state.brand_id = of_brand AND state.customer_id = customer.id
     AND state.purpose = for_purpose AND state.channel = by_channel
    LEFT JOIN customers_suppression AS suppression
      ON suppression.brand_id = of_brand AND suppression.channel = by_channel
     AND suppression.address = CASE by_channel
             WHEN 'email' THEN customer.email_norm
             ELSE customer.phone
         END
    LEFT JOIN customers_permissionrule AS own
      ON own.brand_id = of_brand AND own.country = customer.country
    WHERE customer.brand_id = of_brand
      AND customer.merged_into_id IS NULL AND customer.erased_at IS NULL
$$
"""

# The same on the brand's own day, for whoever reads: name the brand, purpose and channel.
VIEW = """
CREATE VIEW customers_permission WITH (security_invoker = true) AS
SELECT
    brand.id AS brand_id,
    judged.customer_id,
    purpose.code AS purpose,
    channel.code AS channel,
    judged.basis,
    judged.reason
FROM accounts_brand AS brand
CROSS JOIN (VALUES ('marketing'), ('partner_offers'), ('surveys')) AS purpose (code)
CROSS JOIN (VALUES ('email'), ('sms'), ('post'), ('phone')) AS channel (code)
CROSS JOIN LATERAL customers_permission(
    brand.id,
    purpose.code,
    channel.code,
    coalesce(brand.as_of, (statement_timestamp() AT TIME ZONE brand.time_zone)::date)
) AS judged
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_indexes")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION customers_permission(bigint, text, text, date)"),
        migrations.RunSQL(VIEW, "DROP VIEW customers_permission"),
    ]
