-- Users per variant, phase, segment, quarter of an hour of the first exposure, and reason of exclusion.
-- Every time zone's offset is a multiple of a quarter of an hour, so days of any zone are sums of these.
SELECT variant, phase, segment, quarter_us, excluded, COUNT(*) AS users
FROM (
  SELECT variant, phase, segment, assigned_us - assigned_us % 900000000 AS quarter_us, excluded
  FROM seats
) AS quarters
GROUP BY variant, phase, segment, quarter_us, excluded
