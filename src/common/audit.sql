-- name: audit_last
SELECT n, at, actor, action, target, was, became, previous, hash FROM audit ORDER BY n DESC LIMIT 1

-- name: audit_add
INSERT INTO audit (n, at, actor, action, target, was, became, previous, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: audit_after
SELECT n, at, actor, action, target, was, became, previous, hash FROM audit WHERE n > $1 ORDER BY n LIMIT 500
