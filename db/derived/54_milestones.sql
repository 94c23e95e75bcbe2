-- One row is a baseline, forecast or actual of a milestone, as known now; a forecast was made on effective_from.
CREATE VIEW milestones AS
SELECT
    p.code, m.code AS milestone, m.title, d.what, d.first_day, d.last_day, d.effective_from, d.note, d.source, d.quote
FROM milestone AS m
JOIN project AS p ON p.id = m.project_id AND p.recorded_to = 9223372036854775807
JOIN milestone_date AS d ON d.milestone_id = m.id AND d.recorded_to = 9223372036854775807
WHERE m.recorded_to = 9223372036854775807
