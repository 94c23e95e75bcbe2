-- One row is a value or target of an indicator as known now; amount in units of its currency, percent or whole things.
CREATE VIEW indicators AS
SELECT
    i.subject_kind, COALESCE(i.subject, c.name) AS subject, i.indicator, i.what, i.direction, i.measure,
    CASE i.measure
        WHEN 'money' THEN i.value * 1.0 / cur.minor_per_unit
        WHEN 'percent' THEN i.value / 100.0
        ELSE i.value * 1.0
    END AS amount,
    i.value, i.currency, i.unit, i.qualifier, i.availability, i.growth / 100.0 AS growth_percent, i.first_day,
    i.last_day, i.note, i.source, i.quote
FROM indicator_value AS i
LEFT JOIN company AS c ON c.id = i.company_id AND c.recorded_to = 9223372036854775807
LEFT JOIN currency AS cur ON cur.code = i.currency AND cur.recorded_to = 9223372036854775807
WHERE i.recorded_to = 9223372036854775807
