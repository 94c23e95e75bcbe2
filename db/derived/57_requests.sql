-- One row is a request as it stands now, of a project or a company.
CREATE VIEW requests AS
SELECT
    r.id AS request_id, p.code, COALESCE(p.company, c.name) AS company, r.category, r.title, r.owner, r.raised, r.due,
    r.answered, r.answer, r.closed, r.outcome, r.note, r.source, r.quote
FROM request AS r
LEFT JOIN projects AS p ON p.project_id = r.project_id
LEFT JOIN company AS c ON c.id = r.company_id AND c.recorded_to = 9223372036854775807
WHERE r.recorded_to = 9223372036854775807
