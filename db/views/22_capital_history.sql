-- One row is a capital entry as it was booked; taken_back_by is the change that reversed it, with the reason given.
CREATE VIEW capital_history AS
SELECT
    e.id AS entry_id,
    e.project_id,
    e.kind,
    e.minor,
    e.currency,
    e.qualifier,
    e.availability,
    e.first_day,
    e.last_day,
    e.counts_from,
    e.measure,
    e.reported_minor,
    e.corrects,
    e.note,
    e.source,
    e.quote,
    e.change_id,
    later.change_id AS taken_back_by,
    later.note AS taken_back_why
FROM capital_entry AS e
LEFT JOIN capital_entry AS later ON later.replaces = e.id
WHERE NOT e.void
