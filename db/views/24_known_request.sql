-- One row is one state of a request, its answer and closing included. It was so from change known_from until change known_to.
CREATE VIEW known_request AS
SELECT
    COALESCE(t.origin, t.id) AS request_id,
    t.id AS row_id,
    t.project_id,
    t.company_id,
    t.category,
    t.title,
    t.owner,
    t.raised,
    t.due,
    t.answered,
    t.answer,
    t.closed,
    t.outcome,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM request AS t
LEFT JOIN request AS later ON later.replaces = t.id
WHERE NOT t.void
