-- One row is a scheduled summary as it is now.
CREATE VIEW schedules AS
SELECT
    s.id AS schedule_id, s.name, s.cron, s.phrase, s.zone, s.reports, s.options, s.since, s.begins, s.lang, s.targets, s.format,
    s.silent, s.fail_on
FROM schedule AS s
WHERE s.recorded_to = 9223372036854775807
