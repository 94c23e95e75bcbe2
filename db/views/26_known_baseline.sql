-- One row is one version of a project's baseline. It was so from change known_from until change known_to.
CREATE VIEW known_baseline AS
SELECT
    COALESCE(t.origin, t.id) AS baseline_id,
    t.id AS row_id,
    t.project_id,
    t.version,
    t.approved,
    t.counts_from,
    t.entry_id,
    t.start_first,
    t.start_last,
    t.end_first,
    t.end_last,
    t.reason,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM baseline AS t
LEFT JOIN baseline AS later ON later.replaces = t.id
WHERE NOT t.void
