-- One row is a relation between two projects, as known now.
CREATE VIEW relations AS
SELECT a.code, r.relation, b.code AS target, r.note, r.source, r.quote
FROM relation AS r
JOIN project AS a ON a.id = r.project_id AND a.recorded_to = 9223372036854775807
JOIN project AS b ON b.id = r.target_id AND b.recorded_to = 9223372036854775807
WHERE r.recorded_to = 9223372036854775807
