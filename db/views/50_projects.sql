-- One row is a project as it stands now, for psql, datasette and BI tools; land in 亩.
CREATE VIEW projects AS
SELECT
    p.project_id, p.code, p.name, p.name_en, p.kind, p.company, p.company_en, p.group_name, p.chain, p.sector, p.site,
    p.grid, p.owner, p.lead_source, p.capital_origin, p.country, p.land / 1000.0 AS land_mu, p.jobs,
    parent.code AS parent, p.note, p.source, p.quote
FROM known_project AS p
LEFT JOIN known_project AS parent ON parent.project_id = p.parent_id AND parent.known_to = 9223372036854775807
WHERE p.known_to = 9223372036854775807
