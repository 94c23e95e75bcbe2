-- One row is a declared custom field. It was so from change known_from until change known_to.
CREATE VIEW known_custom_field AS
SELECT
    COALESCE(t.origin, t.id) AS custom_field_id,
    t.id AS row_id,
    t.name,
    t.field_type,
    t.change_id AS known_from,
    COALESCE(later.change_id, 9223372036854775807) AS known_to
FROM custom_field AS t
LEFT JOIN custom_field AS later ON later.replaces = t.id
WHERE NOT t.void
