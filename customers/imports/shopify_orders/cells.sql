-- Cells of Shopify's orders export. A number of its own (a sales channel's) says the web shop, but
-- for the names below; an order that was voided or has expired was never paid.
INSERT INTO import_cell
    (line_no, problem, order_id, refund_of, ordered_at, email, phone, first_name, last_name, city,
     country, accepts_marketing, currency, order_total, discount, discount_codes, order_tags,
     channel, cancelled_at, refunded, is_test, sku, product, quantity, unit_price, line_discount)
SELECT r.line_no,
       r.problem,
       ltrim(c[%(order_id)s], ''''),
       ltrim(c[%(order_id)s], ''''),
       coalesce(c[%(ordered_at)s], c[%(paid_at)s]),
       c[%(email)s],
       coalesce(c[%(phone)s], c[%(billing_phone)s], c[%(shipping_phone)s]),
       split_part(n.name, ' ', 1),
       NULLIF(btrim(substr(n.name, length(split_part(n.name, ' ', 1)) + 1)), ''),
       coalesce(c[%(city)s], c[%(shipping_city)s]),
       coalesce(c[%(country)s], c[%(shipping_country)s]),
       c[%(accepts_marketing)s],
       c[%(currency)s],
       c[%(order_total)s],
       c[%(discount)s],
       c[%(discount_codes)s],
       c[%(order_tags)s],
       CASE
           WHEN c[%(source)s] IS NULL THEN NULL
           WHEN c[%(source)s] IN ('pos', 'iphone', 'android') THEN 'till'
           WHEN c[%(source)s] IN ('shopify_draft_order', 'draft_order') THEN 'phone'
           WHEN c[%(source)s] ~* 'amazon|ebay|etsy|walmart|tiktok|facebook|instagram|google|market'
               THEN 'marketplace'
           ELSE 'web'
       END,
       coalesce(
           c[%(cancelled_at)s],
           CASE WHEN c[%(status)s] IN ('voided', 'expired')
               THEN coalesce(c[%(ordered_at)s], c[%(paid_at)s]) END
       ),
       c[%(refunded)s],
       CASE WHEN c[%(payment)s] ~* 'bogus|\mtest\M' THEN true END,
       NULLIF(ltrim(c[%(sku)s], ''''), ''),
       c[%(product)s],
       c[%(quantity)s],
       c[%(unit_price)s],
       c[%(line_discount)s]
FROM import_raw AS r
CROSS JOIN LATERAL string_to_array(r.line, chr(31), '') AS c
CROSS JOIN LATERAL (
    SELECT coalesce(c[%(name)s], c[%(shipping_name)s]) AS name
) AS n;
