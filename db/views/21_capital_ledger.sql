-- One row is one line of the capital ledger, reversals included with their amount negated: a plain sum of minor is right.
CREATE VIEW capital_ledger AS
SELECT
    e.id AS row_id,
    e.project_id,
    e.kind,
    e.minor,
    e.currency,
    e.first_day,
    e.last_day,
    e.counts_from,
    e.change_id AS known_from
FROM capital_entry AS e
