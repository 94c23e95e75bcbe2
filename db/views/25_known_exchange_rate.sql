-- One row is the rate of a day: one unit of base is that many units of counter. It was so from change known_from until change known_to.
CREATE VIEW known_exchange_rate AS
SELECT
    COALESCE(t.origin, t.id) AS exchange_rate_id,
    t.id AS row_id,
    t.base,
    t.counter,
    t.on_day,
    t.rate,
    t.note,
    t.source,
    t.quote,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM exchange_rate AS t
LEFT JOIN exchange_rate AS later ON later.replaces = t.id
WHERE NOT t.void
