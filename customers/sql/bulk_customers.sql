-- Customers as a call of many items has changed them.
--
-- brand_id; rows: a JSON array of whole rows (services/bulk_customers.py), whose customers are
-- locked; at: now.
UPDATE customers_customer AS c
SET email = r.email,
    email_norm = r.email_norm,
    name_norm = r.name_norm,
    is_relay = r.is_relay,
    first_name = r.first_name,
    last_name = r.last_name,
    phone = r.phone,
    country = r.country,
    city = r.city,
    language = r.language,
    attributes = r.attributes,
    updated_at = %(at)s
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (
    id bigint, email text, email_norm text, name_norm text, is_relay boolean, first_name text,
    last_name text, phone text, country text, city text, language text, attributes jsonb
)
WHERE c.brand_id = %(brand_id)s AND c.id = r.id;
