-- One row is a request as it stands now, of a project or a company.
CREATE VIEW requests AS
SELECT
    r.request_id, p.code, COALESCE(p.company, c.name) AS company, r.category, r.title, r.owner, r.raised, r.due,
    r.answered, r.answer, r.closed, r.outcome, r.note, r.source, r.quote
FROM known_request AS r
LEFT JOIN projects AS p ON p.project_id = r.project_id
LEFT JOIN companies AS c ON c.company_id = r.company_id
WHERE r.known_to = 9223372036854775807 AND (p.project_id IS NOT NULL OR c.company_id IS NOT NULL)
