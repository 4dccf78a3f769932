-- The roll-up: what each user did in each metric after the exposure (y, d) and in the period before it (x, z).
SELECT
  variant,
  part_number,
  part_name,
  metric,
  user_id,
  SUM(exposed) AS outcomes,
  SUM(CASE WHEN exposed = 1 THEN y ELSE 0 END) AS y,
  SUM(CASE WHEN exposed = 1 THEN d ELSE 0 END) AS d,
  SUM(CASE WHEN exposed = 0 THEN y ELSE 0 END) AS x,
  SUM(CASE WHEN exposed = 0 THEN d ELSE 0 END) AS z
FROM counted
GROUP BY variant, part_number, part_name, metric, user_id
