-- One row is a tag, alias, external id or custom value of a project or company. It was so from change known_from until change known_to.
CREATE VIEW known_label AS
SELECT
    COALESCE(t.origin, t.id) AS label_id,
    t.id AS row_id,
    t.project_id,
    t.company_id,
    t.category,
    t.name,
    t.value,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM label AS t
LEFT JOIN label AS later ON later.replaces = t.id
WHERE NOT t.void
