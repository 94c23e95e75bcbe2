-- One row is a company as it stands now.
CREATE VIEW companies AS
SELECT c.company_id, c.name, c.name_en, c.group_name, c.country, c.role, c.founded, c.note, c.source, c.quote
FROM known_company AS c
WHERE c.known_to = 9223372036854775807
