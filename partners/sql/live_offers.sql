-- Offers that customers may be shown: live, of partners in good standing (of a sister brand: while
-- both brands grant it), and sent, so that who is held out is known. The most taken first, then what ends soonest. With each what holds it: the
-- approved version; and the brand's control group as it is now.
SELECT offer.id,
       offer.uid,
       offer.partnership_id,
       offer.category_id,
       offer.campaign_id,
       campaign.control_percent,
       partnership.name,
       version.content,
       control.salt,
       coalesce(control.percent, 0)
FROM partners_offer AS offer
JOIN partners_partnership AS partnership
  ON partnership.brand_id = offer.brand_id AND partnership.id = offer.partnership_id
 AND partnership.state = 'active'
 AND (partnership.sister_brand_id IS NULL OR EXISTS (
         SELECT FROM partners_sisterpact AS pact
         WHERE pact.partnership_uid = partnership.uid
           AND pact.host_granted_at IS NOT NULL AND pact.guest_granted_at IS NOT NULL
     ))
JOIN partners_offerversion AS version
  ON version.brand_id = offer.brand_id AND version.offer_id = offer.id
 AND version.number = offer.approved
JOIN campaigns_campaign AS campaign
  ON campaign.brand_id = offer.brand_id AND campaign.id = offer.campaign_id
LEFT JOIN LATERAL (
    SELECT chosen.salt, chosen.percent
    FROM customers_brandcontrol AS chosen
    WHERE chosen.brand_id = offer.brand_id
    ORDER BY chosen.since DESC, chosen.id DESC
    LIMIT 1
) AS control ON true
WHERE offer.brand_id = %(brand_id)s AND offer.state = 'live'
ORDER BY (
             SELECT count(*) FROM partners_offerclaim AS claim
             WHERE claim.brand_id = offer.brand_id AND claim.offer_id = offer.id
         ) DESC,
         offer.ends_on,
         offer.id
