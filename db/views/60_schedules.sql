-- One row is a scheduled summary as it is now.
CREATE VIEW schedules AS
SELECT
    s.schedule_id, s.name, s.cron, s.said, s.zone, s.reports, s.options, s.since, s.lang, s.targets, s.format,
    s.silent, s.fail_on
FROM known_schedule AS s
WHERE s.known_to = 9223372036854775807
