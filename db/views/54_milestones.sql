-- One row is a baseline, forecast or actual of a milestone, as known now; a forecast was made on counts_from.
CREATE VIEW milestones AS
SELECT p.code, m.code AS milestone, m.title, d.what, d.first_day, d.last_day, d.counts_from, d.note, d.source, d.quote
FROM known_milestone AS m
JOIN projects AS p ON p.project_id = m.project_id
JOIN known_milestone_date AS d ON d.milestone_id = m.milestone_id AND d.known_to = 9223372036854775807
WHERE m.known_to = 9223372036854775807
