-- One row is a relation between two projects, as known now.
CREATE VIEW relations AS
SELECT a.code, r.relation, b.code AS target, r.note, r.source, r.quote
FROM known_relation AS r
JOIN projects AS a ON a.project_id = r.project_id
JOIN projects AS b ON b.project_id = r.target_id
WHERE r.known_to = 9223372036854775807
