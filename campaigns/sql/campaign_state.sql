-- May we still send? And which day it is for the brand, whose permissions may end with a day.
SELECT campaign.state,
       coalesce(brand.as_of, (now() AT TIME ZONE brand.time_zone)::date) AS today
FROM campaigns_campaign AS campaign
JOIN accounts_brand AS brand ON brand.id = campaign.brand_id
WHERE campaign.brand_id = %(brand_id)s AND campaign.id = %(campaign_id)s
