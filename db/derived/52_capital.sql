-- One row is a capital figure as it was said and stands now; amount in units of its currency, minor in its minor units.
CREATE VIEW capital AS
SELECT
    e.id AS entry_id, p.code, e.kind, e.basis, e.minor * 1.0 / cur.minor_per_unit AS amount, e.minor, e.currency,
    e.qualifier, e.availability, e.first_day, e.last_day, e.note, e.source, e.quote
FROM capital_entry AS e
JOIN project AS p ON p.id = e.project_id AND p.recorded_to = 9223372036854775807
JOIN currency AS cur ON cur.code = e.currency AND cur.recorded_to = 9223372036854775807
WHERE e.recorded_to = 9223372036854775807
