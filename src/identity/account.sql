-- name: account_add
INSERT INTO account (id, subject, name, role, password, created_at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: account_by_name
SELECT id, subject, name, role, password, created_at FROM account WHERE name = $1 AND disabled_at IS NULL

-- name: account_by_id
SELECT id, subject, name, role, password, created_at FROM account WHERE id = $1 AND disabled_at IS NULL

-- name: credential_add
INSERT INTO credential (id, hash, account, kind, created_at, used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: credential_by_hash
SELECT c.id, c.kind, c.account, a.name, a.role, c.used_at, c.expires_at
  FROM credential c JOIN account a ON a.id = c.account
 WHERE c.hash = $1 AND c.kind = $2 AND c.expires_at > $3 AND c.revoked_at IS NULL AND a.disabled_at IS NULL

-- name: credential_used
UPDATE credential SET used_at = $1, expires_at = $2 WHERE id = $3 AND revoked_at IS NULL

-- name: credential_revoke
UPDATE credential SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL

-- name: credential_sweep
DELETE FROM credential WHERE expires_at < $1
