-- name: idempotency_find
SELECT request, status, answer FROM idempotency WHERE account = $1 AND key = $2

-- name: idempotency_keep
INSERT INTO idempotency (account, key, request, status, answer, created_at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: idempotency_sweep
DELETE FROM idempotency WHERE created_at < $1
