-- One row is a contact about a project as known now; its next step, where there is one, is due on next_day.
CREATE VIEW follow_ups AS
SELECT f.id AS follow_up_id, p.code, f.on_day, f.text, f.next_day, f.person, f.done, f.note, f.source, f.quote
FROM follow_up AS f
JOIN project AS p ON p.id = f.project_id AND p.recorded_to = 9223372036854775807
WHERE f.recorded_to = 9223372036854775807
