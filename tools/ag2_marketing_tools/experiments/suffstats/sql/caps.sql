-- Per capped metric: how many users lie above 0, how many not at 0, and the smallest value above 0 within the top (1 - share) of all
-- users (those who did nothing are zeros), and within that of the users whose value is not 0, which rare events need.
SELECT
  metric,
  side,
  COUNT(*) AS positive,
  MAX(busy) AS busy,
  MIN(CASE WHEN users * share - 0.000000001 <= users - place + 1 THEN value END) AS of_all,
  MIN(CASE WHEN busy * share - 0.000000001 <= busy - place + 1 THEN value END) AS of_busy
FROM (
  SELECT
    metric,
    side,
    value,
    users,
    share,
    ROW_NUMBER() OVER (PARTITION BY metric, side ORDER BY value DESC) AS place,
    SUM(CASE WHEN value <> 0 THEN 1 ELSE 0 END) OVER (PARTITION BY metric, side) AS busy
  FROM (
    SELECT per_user.metric, 1 AS side, per_user.y AS value, metrics.users, metrics.share
    FROM per_user
    JOIN metrics ON metrics.metric = per_user.metric
    WHERE metrics.share IS NOT NULL AND per_user.outcomes > 0
    UNION ALL
    SELECT per_user.metric, 2 AS side, per_user.d AS value, metrics.users, metrics.share
    FROM per_user
    JOIN metrics ON metrics.metric = per_user.metric
    WHERE metrics.share IS NOT NULL AND metrics.has_denominator = 1 AND per_user.outcomes > 0
  ) AS sides
) AS ranked
WHERE value > 0
GROUP BY metric, side
