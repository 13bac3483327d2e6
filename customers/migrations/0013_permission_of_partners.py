"""Offers of partners need the customer's own consent, no other ground, and who says no to a brand's
news has said no to these too, until they say yes again."""

from django.db import migrations

BEFORE = """
CREATE OR REPLACE FUNCTION customers_permission(
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

AFTER = """
CREATE OR REPLACE FUNCTION customers_permission(
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
            WHEN for_purpose ^@ 'partner' AND EXISTS (
                SELECT FROM customers_consentstate AS news
                WHERE news.brand_id = of_brand AND news.customer_id = customer.id
                  AND news.purpose = 'marketing' AND news.channel = by_channel
                  AND news.status = 'withdrawn' AND news.at >= state.at
            ) THEN 'no_consent'
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
              OR (state.basis <> 'consent' AND for_purpose ^@ 'partner')
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


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_copies_are_kept")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
