-- One row is a project entering a condition. It was so from change known_from until change known_to.
CREATE VIEW known_condition AS
SELECT
    COALESCE(t.origin, t.id) AS condition_event_id,
    t.id AS row_id,
    t.project_id,
    t.condition,
    t.first_day,
    t.last_day,
    t.counts_from,
    t.reason,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM condition_event AS t
LEFT JOIN condition_event AS later ON later.replaces = t.id
WHERE NOT t.void
