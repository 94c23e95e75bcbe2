-- One row is a milestone of a project. It was so from change known_from until change known_to.
CREATE VIEW known_milestone AS
SELECT
    COALESCE(t.origin, t.id) AS milestone_id,
    t.id AS row_id,
    t.project_id,
    t.code,
    t.title,
    t.weight,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM milestone AS t
LEFT JOIN milestone AS later ON later.replaces = t.id
WHERE NOT t.void
