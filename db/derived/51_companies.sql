-- One row is a company as it stands now.
CREATE VIEW companies AS
SELECT c.id AS company_id, c.name, c.name_en, {company}, c.note, c.source, c.quote
FROM company AS c
WHERE c.recorded_to = 9223372036854775807
