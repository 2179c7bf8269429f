-- name: account_add
INSERT INTO account (id, subject, name, role, password, created_at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: account_by_name
SELECT id, subject, name, role, password, created_at, member_until, totp FROM account WHERE name = $1 AND disabled_at IS NULL

-- name: account_by_id
SELECT id, subject, name, role, password, created_at, member_until, totp, confirmed_age FROM account WHERE id = $1 AND disabled_at IS NULL

-- name: account_password
UPDATE account SET password = $1 WHERE id = $2

-- name: credential_add
INSERT INTO credential (id, hash, account, kind, created_at, used_at, expires_at, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: credential_by_hash
-- $1: now; $4: sessions that began before are over however much they were used.
SELECT c.id, c.kind, c.account, a.name, CASE WHEN a.role = 'fan' AND a.member_until > $1 THEN 'premium' ELSE a.role END AS role,
       c.used_at, c.expires_at, a.totp IS NOT NULL AS second_factor, c.created_at, c.scope
  FROM credential c JOIN account a ON a.id = c.account
 WHERE c.hash = $2 AND c.kind = $3 AND c.expires_at > $1 AND (c.kind = 'token' OR c.created_at > $4) AND c.revoked_at IS NULL AND a.disabled_at IS NULL

-- name: credential_by_id
-- The same of a grant, which access tokens name.
SELECT c.id, c.kind, c.account, a.name, CASE WHEN a.role = 'fan' AND a.member_until > $1 THEN 'premium' ELSE a.role END AS role,
       c.used_at, c.expires_at, a.totp IS NOT NULL AS second_factor, c.created_at, c.scope
  FROM credential c JOIN account a ON a.id = c.account
 WHERE c.id = $2 AND c.kind = 'grant' AND c.expires_at > $1 AND c.created_at > $3 AND c.revoked_at IS NULL AND a.disabled_at IS NULL

-- name: credential_used
UPDATE credential SET used_at = $1, expires_at = $2 WHERE id = $3 AND revoked_at IS NULL

-- name: credential_revoke
UPDATE credential SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL

-- name: credential_sweep
DELETE FROM credential WHERE expires_at < $1

-- name: session_list
SELECT id, agent, created_at, used_at, CASE WHEN id = $1 THEN 1 ELSE 0 END AS current
  FROM credential WHERE account = $2 AND kind <> 'token' AND revoked_at IS NULL AND expires_at > $3 AND created_at > $4
 ORDER BY used_at DESC, id DESC LIMIT 100

-- name: session_end
UPDATE credential SET revoked_at = $1 WHERE id = $2 AND account = $3 AND kind <> 'token' AND revoked_at IS NULL

-- name: session_of
SELECT account FROM credential WHERE id = $1 AND kind <> 'token'

-- name: session_end_others
-- $3: the one that stays; '': none does.
UPDATE credential SET revoked_at = $1 WHERE account = $2 AND kind <> 'token' AND id <> $3 AND revoked_at IS NULL

-- name: account_list
-- $1: '' or the last id of the page before; $2: NULL or the name.
SELECT id, name, role, member_until, created_at, disabled_at, CASE WHEN totp IS NULL THEN 0 ELSE 1 END AS second_factor
  FROM account WHERE id > $1 AND ($2 IS NULL OR name = $2) ORDER BY id LIMIT $3

-- name: account_seen
SELECT id, name, role, member_until, created_at, disabled_at, CASE WHEN totp IS NULL THEN 0 ELSE 1 END AS second_factor
  FROM account WHERE id = $1

-- name: account_change
UPDATE account SET role = coalesce($1, role), member_until = CASE WHEN $2 = 1 THEN $3 ELSE member_until END,
       disabled_at = CASE WHEN $4 = 1 THEN coalesce(disabled_at, $5) WHEN $4 = 0 THEN NULL ELSE disabled_at END
 WHERE id = $6

-- name: account_admins
SELECT count(*) FROM account WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1

-- name: credential_end_all
UPDATE credential SET revoked_at = $1 WHERE account = $2 AND revoked_at IS NULL

-- name: account_tickets_end
-- Their addresses need no sign-in. What had expired did so.
UPDATE ticket SET revoked_at = $1 WHERE account = $2 AND revoked_at IS NULL AND expires_at > $1

-- name: account_leaving
SELECT count(*) FROM erasure WHERE account = $1 AND due_at > $2 AND stand_in IS NULL

-- name: account_stays
DELETE FROM erasure WHERE account = $1 AND due_at > $2 AND stand_in IS NULL

-- name: session_since
SELECT created_at FROM credential WHERE id = $1
