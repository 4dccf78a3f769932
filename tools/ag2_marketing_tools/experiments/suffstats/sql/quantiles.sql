-- Per quantile metric: the quantile of all values, the values at two ranks around it, and how often users lie at or
-- below it: moments over users of (values at or below, values).
WITH placed AS (
  SELECT
    counted.variant,
    counted.part_number,
    counted.part_name,
    counted.metric,
    counted.user_id,
    counted.y AS value,
    metrics.share_below,
    ROW_NUMBER() OVER (
      PARTITION BY counted.variant, counted.part_number, counted.part_name, counted.metric ORDER BY counted.y
    ) AS place,
    COUNT(*) OVER (
      PARTITION BY counted.variant, counted.part_number, counted.part_name, counted.metric
    ) AS total
  FROM counted
  JOIN metrics ON metrics.metric = counted.metric
  WHERE metrics.share_below IS NOT NULL AND counted.exposed = 1
),
spots AS (
  SELECT
    placed.variant,
    placed.part_number,
    placed.part_name,
    placed.metric,
    MAX(placed.total) AS total,
    MIN(CASE WHEN placed.place >= placed.total * placed.share_below - 0.000000001 THEN placed.value END) AS spot,
    MIN(CASE WHEN placed.place >= ranks.low THEN placed.value END) AS low,
    MIN(CASE WHEN placed.place >= ranks.high THEN placed.value END) AS high
  FROM placed
  LEFT JOIN ranks
    ON ranks.variant = placed.variant
    AND ranks.part_number = placed.part_number
    AND ranks.part_name = placed.part_name
    AND ranks.metric = placed.metric
  GROUP BY placed.variant, placed.part_number, placed.part_name, placed.metric
)
SELECT
  variant,
  part_number,
  part_name,
  metric,
  total,
  spot,
  low,
  high,
  COUNT(*) AS users,
  SUM(below) AS below,
  SUM(own) AS own,
  SUM(below * below) AS below_below,
  SUM(own * below) AS own_below,
  SUM(own * own) AS own_own
FROM (
  SELECT
    spots.variant,
    spots.part_number,
    spots.part_name,
    spots.metric,
    spots.total,
    spots.spot,
    spots.low,
    spots.high,
    placed.user_id,
    SUM(CASE WHEN placed.value <= spots.spot THEN 1 ELSE 0 END) AS below,
    COUNT(*) AS own
  FROM placed
  JOIN spots
    ON spots.variant = placed.variant
    AND spots.part_number = placed.part_number
    AND spots.part_name = placed.part_name
    AND spots.metric = placed.metric
  GROUP BY
    spots.variant, spots.part_number, spots.part_name, spots.metric, spots.total, spots.spot, spots.low, spots.high,
    placed.user_id
) AS users_below
GROUP BY variant, part_number, part_name, metric, total, spot, low, high
