"""Everybody has a facts row from the start, and what of the customer and of their permission is
copied to it follows in the same transaction, whoever writes it: segments begin with that row.

Without sequential scans, because the plans of triggers are kept while their tables grow."""

from django.db import migrations

KEEP = """
CREATE FUNCTION customers_give_facts() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    INSERT INTO customers_customerfacts (
        brand_id, customer_id, is_living, country, mail_permission, orders_count, gross_minor,
        refunded_minor, net_minor
    )
    SELECT c.brand_id, c.id, c.merged_into_id IS NULL AND c.erased_at IS NULL, c.country,
           coalesce(s.status, ''), 0, 0, 0, 0
    FROM added AS c
    LEFT JOIN customers_consentstate AS s
        ON s.brand_id = c.brand_id AND s.customer_id = c.id
        AND s.purpose = 'marketing' AND s.channel = 'email'
    ORDER BY c.id
    ON CONFLICT (brand_id, customer_id) DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER customers_give_facts
AFTER INSERT ON customers_customer
REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION customers_give_facts();

CREATE FUNCTION customers_copy_profile() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    UPDATE customers_customerfacts
    SET is_living = new.merged_into_id IS NULL AND new.erased_at IS NULL, country = new.country
    WHERE brand_id = new.brand_id AND customer_id = new.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER customers_copy_profile
AFTER UPDATE OF merged_into_id, erased_at, country ON customers_customer
FOR EACH ROW
WHEN (
    (old.merged_into_id, old.erased_at, old.country)
    IS DISTINCT FROM (new.merged_into_id, new.erased_at, new.country)
)
EXECUTE FUNCTION customers_copy_profile();

CREATE FUNCTION customers_copy_permission() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off AS $$
BEGIN
    UPDATE customers_customerfacts AS f
    SET mail_permission = coalesce(s.status, '')
    FROM (
        SELECT DISTINCT brand_id, customer_id
        FROM moved
        WHERE purpose = 'marketing' AND channel = 'email'
    ) AS c
    LEFT JOIN customers_consentstate AS s
        ON s.brand_id = c.brand_id AND s.customer_id = c.customer_id
        AND s.purpose = 'marketing' AND s.channel = 'email'
    WHERE f.brand_id = c.brand_id AND f.customer_id = c.customer_id
        AND f.mail_permission <> coalesce(s.status, '');
    RETURN NULL;
END
$$;
CREATE TRIGGER customers_copy_permission_given
AFTER INSERT ON customers_consentstate
REFERENCING NEW TABLE AS moved
FOR EACH STATEMENT EXECUTE FUNCTION customers_copy_permission();
CREATE TRIGGER customers_copy_permission_moved
AFTER UPDATE ON customers_consentstate
REFERENCING NEW TABLE AS moved
FOR EACH STATEMENT EXECUTE FUNCTION customers_copy_permission();
CREATE TRIGGER customers_copy_permission_gone
AFTER DELETE ON customers_consentstate
REFERENCING OLD TABLE AS moved
FOR EACH STATEMENT EXECUTE FUNCTION customers_copy_permission()
"""
LEAVE = """
DROP TRIGGER customers_copy_permission_gone ON customers_consentstate;
DROP TRIGGER customers_copy_permission_moved ON customers_consentstate;
DROP TRIGGER customers_copy_permission_given ON customers_consentstate;
DROP FUNCTION customers_copy_permission();
DROP TRIGGER customers_copy_profile ON customers_customer;
DROP FUNCTION customers_copy_profile();
DROP TRIGGER customers_give_facts ON customers_customer;
DROP FUNCTION customers_give_facts()
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0011_events_between")]

    operations = [migrations.RunSQL(KEEP, LEAVE)]
