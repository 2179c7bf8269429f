-- name: totp_of
SELECT totp FROM account WHERE id = $1

-- name: totp_set
UPDATE account SET totp = $1, totp_step = $2 WHERE id = $3

-- name: totp_step
-- Only forward: a code that was seen once is worth nothing.
UPDATE account SET totp_step = $1 WHERE id = $2 AND totp_step < $1
