-- One row is one state of a company. It was so from change known_from until change known_to.
CREATE VIEW known_company AS
SELECT
    COALESCE(t.origin, t.id) AS company_id,
    t.id AS row_id,
    t.name,
    t.name_en,
    t.group_name,
    t.country,
    t.role,
    t.founded,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM company AS t
LEFT JOIN company AS later ON later.replaces = t.id
WHERE NOT t.void
