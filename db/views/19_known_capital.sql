-- One row is one capital entry that nothing has taken back. It was so from change known_from until change known_to.
CREATE VIEW known_capital AS
SELECT
    COALESCE(t.origin, t.id) AS entry_id,
    t.id AS row_id,
    t.project_id,
    t.kind,
    t.minor,
    t.currency,
    t.qualifier,
    t.availability,
    t.first_day,
    t.last_day,
    t.counts_from,
    t.measure,
    t.reported_minor,
    t.corrects,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM capital_entry AS t
LEFT JOIN capital_entry AS later ON later.replaces = t.id
WHERE NOT t.void
