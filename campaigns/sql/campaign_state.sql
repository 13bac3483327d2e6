-- May we still send?
SELECT state FROM campaigns_campaign WHERE brand_id = %(brand_id)s AND id = %(campaign_id)s
