-- One row is a stage that a project reached, as known now; without days it was reached by effective_from.
CREATE VIEW stages AS
SELECT p.code, s.stage, s.first_day, s.last_day, s.effective_from, s.reason, s.note, s.source, s.quote
FROM stage_event AS s
JOIN project AS p ON p.id = s.project_id AND p.recorded_to = 9223372036854775807
WHERE s.recorded_to = 9223372036854775807
