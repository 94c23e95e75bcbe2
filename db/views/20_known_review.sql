-- One row is one progress report of a project. It was so from change known_from until change known_to.
CREATE VIEW known_review AS
SELECT
    COALESCE(t.origin, t.id) AS review_id,
    t.id AS row_id,
    t.project_id,
    t.first_day,
    t.last_day,
    t.counts_from,
    t.physical,
    t.light,
    t.text,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM review AS t
LEFT JOIN review AS later ON later.replaces = t.id
WHERE NOT t.void
