-- One row is the rate of a day as known now: one unit of base is rate units of counter.
CREATE VIEW exchange_rates AS
SELECT r.base, r.counter, r.on_day, CAST(r.rate AS NUMERIC) AS rate, r.note, r.source, r.quote
FROM exchange_rate AS r
WHERE r.recorded_to = 9223372036854775807
