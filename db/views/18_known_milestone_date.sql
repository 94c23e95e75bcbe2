-- One row is a baseline, forecast or actual of a milestone. It was so from change known_from until change known_to.
CREATE VIEW known_milestone_date AS
SELECT
    COALESCE(t.origin, t.id) AS milestone_date_id,
    t.id AS row_id,
    t.project_id,
    t.milestone_id,
    t.what,
    t.first_day,
    t.last_day,
    t.counts_from,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM milestone_date AS t
LEFT JOIN milestone_date AS later ON later.replaces = t.id
WHERE NOT t.void
