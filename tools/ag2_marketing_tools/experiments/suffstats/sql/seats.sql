-- One row per user: the first exposure, and why the user does not count, if so.
-- `assigned_us * 64 + variant` orders by time and carries the variant along, so that its minimum names the first one.
SELECT
  user_id,
  MIN(assigned_us * 64 + variant) % 64 AS variant,
  MIN(assigned_us) AS assigned_us,
  MIN(phase) AS phase,
  MIN(segment) AS segment,
  CASE
    WHEN MIN(variant) <> MAX(variant) THEN 'several_variants'
    ELSE MIN(excluded)
  END AS excluded
FROM exposures
GROUP BY user_id
