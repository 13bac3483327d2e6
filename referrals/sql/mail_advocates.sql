-- Which of these customers share already: their offer of the experiment, their present code ("" for
-- none), and whether they are barred.
SELECT advocate.customer_id,
       advocate.arm,
       coalesce(code.code, '') AS code,
       advocate.barred_at IS NOT NULL AS is_barred
FROM referrals_advocate AS advocate
LEFT JOIN referrals_referralcode AS code
       ON code.brand_id = advocate.brand_id
      AND code.advocate_id = advocate.id
      AND code.leaked_at IS NULL
WHERE advocate.brand_id = %(brand_id)s
  AND advocate.programme_id = %(programme_id)s
  AND advocate.customer_id = ANY(%(customer_ids)s::bigint[])
