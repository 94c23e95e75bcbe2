-- One row is what one run of a schedule did for one of its targets; a run without a target has one row with none.
CREATE VIEW schedule_deliveries AS
SELECT
    r.id AS run_id, r.schedule_id, r.started, r.finished, r.result AS run_result, r.error AS run_error, d.target,
    d.result, d.from_change, d.until_change, d.error
FROM schedule_run AS r
LEFT JOIN schedule_delivery AS d ON d.run_id = r.id
