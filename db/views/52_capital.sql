-- One row is a capital entry that stands now; amount in units of its currency, minor in its minor units.
CREATE VIEW capital AS
SELECT
    e.entry_id, p.code, e.kind, e.minor * 1.0 / cur.minor_per_unit AS amount, e.minor, e.currency, e.qualifier,
    e.availability, e.first_day, e.last_day, e.note, e.source, e.quote
FROM known_capital AS e
JOIN projects AS p ON p.project_id = e.project_id
JOIN currency AS cur ON cur.code = e.currency
WHERE e.known_to = 9223372036854775807
