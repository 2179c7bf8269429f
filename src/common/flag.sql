-- name: flag_all
SELECT key, enabled, variant, rules, updated_by, updated_at, version FROM flag ORDER BY key

-- name: flag_by_key
SELECT key, enabled, variant, rules, updated_by, updated_at, version FROM flag WHERE key = $1

-- name: flag_set
-- Of the version that was read, or of none when there was no row.
INSERT INTO flag (key, enabled, variant, rules, updated_by, updated_at, version) VALUES ($1, $2, $3, $4, $5, $6, 1)
    ON CONFLICT (key) DO UPDATE SET enabled = excluded.enabled, variant = excluded.variant, rules = excluded.rules,
       updated_by = excluded.updated_by, updated_at = excluded.updated_at, version = flag.version + 1
 WHERE flag.version = $7
