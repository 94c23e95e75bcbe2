-- One row is a version of a project's baseline as known now; total in units of its currency.
CREATE VIEW baselines AS
SELECT
    p.code, b.version, b.approved, e.minor * 1.0 / cur.minor_per_unit AS total, e.minor AS total_minor, e.currency,
    b.start_first, b.start_last, b.end_first, b.end_last, b.reason, b.note, b.source, b.quote
FROM baseline AS b
JOIN project AS p ON p.id = b.project_id AND p.recorded_to = 9223372036854775807
LEFT JOIN capital_entry AS e ON e.id = b.entry_id AND e.recorded_to = 9223372036854775807
LEFT JOIN currency AS cur ON cur.code = e.currency AND cur.recorded_to = 9223372036854775807
WHERE b.recorded_to = 9223372036854775807
