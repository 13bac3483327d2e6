-- What keeps the campaign from being sent, for its page; empty when nothing does any more.
UPDATE campaigns_campaign
SET error = %(problem)s
WHERE brand_id = %(brand_id)s AND id = %(campaign_id)s AND error <> %(problem)s
