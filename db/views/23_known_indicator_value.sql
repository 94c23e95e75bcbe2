-- One row is a value or target of an indicator. It was so from change known_from until change known_to.
CREATE VIEW known_indicator_value AS
SELECT
    COALESCE(t.origin, t.id) AS indicator_value_id,
    t.id AS row_id,
    t.subject_kind,
    t.subject,
    t.company_id,
    t.indicator,
    t.what,
    t.direction,
    t.measure,
    t.value,
    t.currency,
    t.unit,
    t.qualifier,
    t.availability,
    t.growth,
    t.first_day,
    t.last_day,
    t.counts_from,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM indicator_value AS t
LEFT JOIN indicator_value AS later ON later.replaces = t.id
WHERE NOT t.void
