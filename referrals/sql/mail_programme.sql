-- The referral programme that mails speak of: of the live ones the one that began last; without a
-- live one the last of all that ever began, whose pages are still there.
SELECT programme.id,
       programme.salt,
       version.terms,
       programme.state = 'live' AS is_live,
       brand.name,
       brand.slug,
       brand.currency,
       brand.locale
FROM referrals_programme AS programme
JOIN referrals_programmeversion AS version
  ON version.brand_id = programme.brand_id
 AND version.programme_id = programme.id
 AND version.number = programme.version
JOIN accounts_brand AS brand
  ON brand.id = programme.brand_id
WHERE programme.brand_id = %(brand_id)s
ORDER BY programme.state = 'live' DESC, programme.started_at DESC, programme.id DESC
LIMIT 1
