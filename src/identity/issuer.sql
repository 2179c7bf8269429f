-- name: oauth_client_add
INSERT INTO oauth_client (id, name, redirect_uris, created_at) VALUES ($1, $2, $3, $4)

-- name: oauth_client_by_id
SELECT id, name, redirect_uris, created_at FROM oauth_client WHERE id = $1

-- name: oauth_client_list
SELECT id, name, redirect_uris, created_at FROM oauth_client ORDER BY id LIMIT 1000

-- name: oauth_client_drop
DELETE FROM oauth_client WHERE id = $1

-- name: oauth_code_add
INSERT INTO oauth_code (hash, client, account, redirect_uri, challenge, scope, nonce, signed_in_at, expires_at, session)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: oauth_code_by_hash
SELECT client, account, redirect_uri, challenge, scope, nonce, signed_in_at, expires_at, grant_id, session FROM oauth_code WHERE hash = $1

-- name: oauth_code_spend
UPDATE oauth_code SET grant_id = $1 WHERE hash = $2 AND grant_id IS NULL

-- name: oauth_code_sweep
DELETE FROM oauth_code WHERE expires_at < $1

-- name: grant_add
-- $9: the session in which it was asked for; when that was ended meanwhile, there is none.
INSERT INTO credential (id, hash, account, kind, created_at, used_at, expires_at, agent, client, scope)
SELECT $1, $2, a.id, 'grant', $3, $3, $4, $5, $6, $7 FROM account a JOIN credential s ON s.account = a.id
 WHERE a.id = $8 AND a.disabled_at IS NULL AND s.id = $9 AND (s.revoked_at IS NULL OR $10)

-- name: grant_by_hash
SELECT c.id, c.account, a.name, CASE WHEN a.role = 'fan' AND a.member_until > $1 THEN 'premium' ELSE a.role END AS role,
       c.client, c.scope, c.expires_at
  FROM credential c JOIN account a ON a.id = c.account
 WHERE c.hash = $2 AND c.kind = 'grant' AND c.expires_at > $1 AND c.created_at > $3 AND c.revoked_at IS NULL AND a.disabled_at IS NULL

-- name: grant_turn
UPDATE credential SET hash = $1, used_at = $2, expires_at = $3 WHERE id = $4 AND hash = $5 AND revoked_at IS NULL

-- name: grant_spent_add
INSERT INTO oauth_spent (hash, grant_id) VALUES ($1, $2)

-- name: grant_spent
SELECT grant_id FROM oauth_spent WHERE hash = $1

-- name: grant_end
-- One of that client; $4: of any.
UPDATE credential SET revoked_at = $1 WHERE id = $2 AND kind = 'grant' AND (client = $3 OR $4 = 1) AND revoked_at IS NULL
