-- name: signing_key_list
-- Those that are published: newest first.
SELECT id, secret, public AS public_, made_at, active_at, retired_at FROM signing_key ORDER BY made_at DESC, id DESC LIMIT 20

-- name: signing_key_active
SELECT id, secret, public AS public_, made_at, active_at, retired_at FROM signing_key
 WHERE active_at IS NOT NULL AND retired_at IS NULL ORDER BY active_at DESC, id DESC LIMIT 1

-- name: signing_key_next
SELECT id FROM signing_key WHERE active_at IS NULL AND retired_at IS NULL ORDER BY made_at, id LIMIT 1

-- name: signing_key_add
INSERT INTO signing_key (id, secret, public, made_at) VALUES ($1, $2, $3, $4)

-- name: signing_key_retire
UPDATE signing_key SET retired_at = $1 WHERE active_at IS NOT NULL AND retired_at IS NULL

-- name: signing_key_activate
UPDATE signing_key SET active_at = $1 WHERE id = $2 AND retired_at IS NULL

-- name: signing_key_drop
DELETE FROM signing_key WHERE id = $1

-- name: signing_key_sweep
DELETE FROM signing_key WHERE retired_at < $1
