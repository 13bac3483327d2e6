-- May we still send? And which day it is for the brand, whose permissions may end with a day; and
-- where the mail's coupon codes come from, if it has any; and which permission it needs.
SELECT campaign.state,
       coalesce(brand.as_of, (now() AT TIME ZONE brand.time_zone)::date) AS today,
       coupons.batch_id,
       campaign.contact_kind,
       campaign.refused
FROM campaigns_campaign AS campaign
JOIN accounts_brand AS brand ON brand.id = campaign.brand_id
LEFT JOIN campaigns_campaigncoupons AS coupons
       ON coupons.brand_id = campaign.brand_id AND coupons.campaign_id = campaign.id
WHERE campaign.brand_id = %(brand_id)s AND campaign.id = %(campaign_id)s
