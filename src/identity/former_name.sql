-- name: former_name_keep
INSERT INTO former_name (hash, until) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET until = excluded.until

-- name: former_name_held
SELECT count(*) FROM former_name WHERE hash = $1 AND until > $2

-- name: former_name_old
SELECT count(*) FROM former_name WHERE until <= $1

-- name: former_name_sweep
DELETE FROM former_name WHERE until <= $1
