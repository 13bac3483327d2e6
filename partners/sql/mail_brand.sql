-- What mails that speak of partners' offers need of the brand: its day, how it writes money, and
-- whether it works with any partner.
SELECT coalesce(brand.as_of, (now() AT TIME ZONE brand.time_zone)::date),
       brand.currency,
       brand.locale,
       EXISTS (
           SELECT FROM partners_partnership AS partnership
           WHERE partnership.brand_id = brand.id AND partnership.state = 'active'
       )
FROM accounts_brand AS brand
WHERE brand.id = %(brand_id)s
