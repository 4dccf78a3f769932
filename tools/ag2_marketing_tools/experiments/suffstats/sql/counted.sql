-- The events that count, each once: after the exposure (`exposed` 1) or in the period before it (0), as what each
-- adds to the numerator (y) and to the denominator (d) of the metrics that it is a part of.
SELECT
  chosen.variant,
  chosen.part_number,
  chosen.part_name,
  chosen.user_id,
  parts.metric,
  CASE WHEN taken.occurred_us >= chosen.assigned_us THEN 1 ELSE 0 END AS exposed,
  CASE parts.y_takes WHEN 1 THEN taken.value WHEN 2 THEN CASE WHEN taken.value > 0 THEN 1 ELSE 0 END ELSE 0 END AS y,
  CASE parts.d_takes WHEN 1 THEN taken.value WHEN 2 THEN 1 ELSE 0 END AS d
FROM (
  SELECT event_id, part, user_id, MIN(value) AS value, MIN(occurred_us) AS occurred_us
  FROM events
  GROUP BY event_id, part, user_id
) AS taken
JOIN (
  SELECT
    user_id,
    variant,
    assigned_us,
    CASE split.by_what WHEN 1 THEN phase WHEN 3 THEN assigned_us - assigned_us % 900000000 ELSE 0 END AS part_number,
    CASE split.by_what WHEN 2 THEN COALESCE(segment, '') ELSE '' END AS part_name
  FROM seats
  CROSS JOIN split
  WHERE excluded IS NULL
) AS chosen ON chosen.user_id = taken.user_id
JOIN parts ON parts.part = taken.part
WHERE
  (
    taken.occurred_us >= chosen.assigned_us
    AND taken.occurred_us < chosen.assigned_us + parts.window_us
    AND taken.occurred_us >= parts.start_us
    AND taken.occurred_us < parts.end_us
  )
  OR (taken.occurred_us < chosen.assigned_us AND taken.occurred_us >= chosen.assigned_us - parts.pre_us)
