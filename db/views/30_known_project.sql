-- One row is one state of a project together with its company's. It was so from change known_from until known_to.
CREATE VIEW known_project AS
SELECT
    COALESCE(p.origin, p.id) AS project_id,
    p.id AS row_id,
    p.code,
    p.name,
    p.name_en,
    p.kind,
    p.company_id,
    c.name AS company,
    c.name_en AS company_en,
    COALESCE(p.group_name, c.group_name) AS group_name,
    p.chain,
    p.sector,
    p.site,
    p.grid,
    p.owner,
    p.lead_source,
    p.capital_origin,
    COALESCE(p.country, c.country) AS country,
    p.land,
    p.jobs,
    p.parent_id,
    p.note,
    p.source,
    p.quote,
    begun.recorded_on,
    CASE WHEN c.known_from > p.change_id THEN c.known_from ELSE p.change_id END AS known_from,
    CASE
        WHEN c.known_to < COALESCE(later.change_id, 9223372036854775807) THEN c.known_to
        ELSE COALESCE(later.change_id, 9223372036854775807)
    END AS known_to
FROM project AS p
JOIN project AS birth ON birth.id = COALESCE(p.origin, p.id)
JOIN change AS begun ON begun.id = birth.change_id
LEFT JOIN project AS later ON later.replaces = p.id
LEFT JOIN known_company AS c
    ON c.company_id = p.company_id
    AND c.known_from < COALESCE(later.change_id, 9223372036854775807)
    AND c.known_to > p.change_id
WHERE NOT p.void
