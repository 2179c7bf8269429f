-- name: recovery_void
DELETE FROM recovery_code WHERE account = $1

-- name: recovery_add
INSERT INTO recovery_code (account, hash) VALUES ($1, $2)

-- name: recovery_use
DELETE FROM recovery_code WHERE account = $1 AND hash = $2

-- name: recovery_left
SELECT count(*) FROM recovery_code WHERE account = $1
