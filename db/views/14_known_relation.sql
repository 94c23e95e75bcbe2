-- One row is one relation between two projects. It was so from change known_from until change known_to.
CREATE VIEW known_relation AS
SELECT
    COALESCE(t.origin, t.id) AS relation_id,
    t.id AS row_id,
    t.project_id,
    t.relation,
    t.target_id,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM relation AS t
LEFT JOIN relation AS later ON later.replaces = t.id
WHERE NOT t.void
