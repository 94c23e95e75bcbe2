-- One row is one step of a company on the innovation ladder. It was so from change known_from until change known_to.
CREATE VIEW known_certification AS
SELECT
    COALESCE(t.origin, t.id) AS certification_id,
    t.id AS row_id,
    t.company_id,
    t.certification,
    t.first_day,
    t.last_day,
    t.counts_from,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM certification AS t
LEFT JOIN certification AS later ON later.replaces = t.id
WHERE NOT t.void
