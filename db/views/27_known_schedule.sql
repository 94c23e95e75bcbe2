-- One row is a scheduled summary. It was so from change known_from until change known_to.
CREATE VIEW known_schedule AS
SELECT
    COALESCE(t.origin, t.id) AS schedule_id,
    t.id AS row_id,
    t.name,
    t.cron,
    t.said,
    t.zone,
    t.reports,
    t.options,
    t.since,
    t.lang,
    t.targets,
    t.format,
    t.silent,
    t.fail_on,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM schedule AS t
LEFT JOIN schedule AS later ON later.replaces = t.id
WHERE NOT t.void
