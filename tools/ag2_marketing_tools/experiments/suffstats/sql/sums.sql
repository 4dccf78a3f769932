-- Sums, squares and cross products over the users who did anything; the others are zeros, and are added outside.
-- Values are capped and then shifted towards their mean, so that large means do not cancel in the squares.
SELECT
  variant,
  part_number,
  part_name,
  metric,
  COUNT(*) AS seen,
  SUM(active) AS active,
  SUM(y) AS y,
  SUM(d) AS d,
  SUM(x) AS x,
  SUM(z) AS z,
  SUM(y * y) AS yy,
  SUM(d * y) AS dy,
  SUM(d * d) AS dd,
  SUM(x * y) AS xy,
  SUM(x * d) AS xd,
  SUM(x * x) AS xx,
  SUM(z * y) AS zy,
  SUM(z * d) AS zd,
  SUM(z * x) AS zx,
  SUM(z * z) AS zz
FROM (
  SELECT
    per_user.variant,
    per_user.part_number,
    per_user.part_name,
    per_user.metric,
    CASE WHEN per_user.outcomes > 0 THEN 1 ELSE 0 END AS active,
    CASE
      WHEN metrics.is_binary = 1 THEN CASE WHEN per_user.y > 0 THEN 1 ELSE 0 END
      WHEN per_user.y > metrics.y_cap THEN metrics.y_cap
      ELSE per_user.y
    END - metrics.y_shift AS y,
    CASE WHEN per_user.d > metrics.d_cap THEN metrics.d_cap ELSE per_user.d END - metrics.d_shift AS d,
    CASE
      WHEN metrics.is_binary = 1 THEN CASE WHEN per_user.x > 0 THEN 1 ELSE 0 END
      ELSE per_user.x
    END - metrics.x_shift AS x,
    per_user.z - metrics.z_shift AS z
  FROM per_user
  JOIN metrics ON metrics.metric = per_user.metric
) AS shifted
GROUP BY variant, part_number, part_name, metric
