-- One row is a stage a project reached, as known now.
CREATE VIEW stages AS
SELECT p.code, s.stage, s.first_day, s.last_day, s.reason, s.note, s.source, s.quote
FROM known_stage AS s
JOIN projects AS p ON p.project_id = s.project_id
WHERE s.known_to = 9223372036854775807
