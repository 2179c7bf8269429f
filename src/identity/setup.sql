-- name: setup_admins
SELECT count(*) FROM account WHERE role = 'admin' AND disabled_at IS NULL

-- name: setup_void
DELETE FROM setup_code

-- name: setup_add
INSERT INTO setup_code (hash, made_at) VALUES ($1, $2)

-- name: setup_use
DELETE FROM setup_code
 WHERE hash = $1 AND NOT EXISTS (SELECT 1 FROM account WHERE role = 'admin' AND disabled_at IS NULL)
