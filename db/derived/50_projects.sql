-- One row is a project as it stands now, for psql, datasette and BI tools, land in 亩.
CREATE VIEW projects AS
SELECT
    p.id AS project_id, p.code, p.name, p.name_en, c.name AS company, c.name_en AS company_en, {project},
    parent.code AS parent, p.registered_first, p.registered_last, p.note, p.source, p.quote
FROM project AS p
LEFT JOIN company AS c ON c.id = p.company_id AND c.recorded_to = 9223372036854775807
LEFT JOIN project AS parent ON parent.id = p.parent_id AND parent.recorded_to = 9223372036854775807
WHERE p.recorded_to = 9223372036854775807
