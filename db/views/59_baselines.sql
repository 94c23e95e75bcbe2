-- One row is a version of a project's baseline as known now; total in units of its currency, as it was approved.
CREATE VIEW baselines AS
SELECT
    p.code, b.version, b.approved, e.minor * 1.0 / cur.minor_per_unit AS total, e.minor AS total_minor, e.currency,
    b.start_first, b.start_last, b.end_first, b.end_last, b.reason, b.note, b.source, b.quote
FROM known_baseline AS b
JOIN projects AS p ON p.project_id = b.project_id
LEFT JOIN capital_history AS e ON e.entry_id = b.entry_id
LEFT JOIN currency AS cur ON cur.code = e.currency
WHERE b.known_to = 9223372036854775807
