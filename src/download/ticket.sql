-- name: ticket_live
SELECT t.id, t.secret, t.asset, t.account, t.created_at, t.expires_at, t.revoked_at, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.blob, a.parts, v.state, v.title, v.slug
  FROM ticket t JOIN asset a ON a.id = t.asset JOIN video v ON v.id = a.video
 WHERE t.account = $1 AND t.asset = $2 AND t.revoked_at IS NULL

-- name: ticket_by_secret
SELECT t.id, t.secret, t.asset, t.account, t.created_at, t.expires_at, t.revoked_at, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.blob, a.parts, v.state, v.title, v.slug
  FROM ticket t JOIN asset a ON a.id = t.asset JOIN video v ON v.id = a.video
 WHERE t.secret = $1

-- name: ticket_list
SELECT t.id, t.secret, t.asset, t.account, t.created_at, t.expires_at, t.revoked_at, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.blob, a.parts, v.state, v.title, v.slug
  FROM ticket t JOIN asset a ON a.id = t.asset JOIN video v ON v.id = a.video
 WHERE t.account = $1 AND t.id < $2 AND t.revoked_at IS NULL AND t.expires_at > $3 ORDER BY t.id DESC LIMIT $4

-- name: ticket_add
INSERT INTO ticket (id, secret, asset, account, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: ticket_revoke
UPDATE ticket SET revoked_at = $1 WHERE secret = $2 AND account = $3 AND revoked_at IS NULL

-- name: ticket_end
-- An expired one makes room for a new one.
UPDATE ticket SET revoked_at = $1 WHERE account = $2 AND asset = $3 AND revoked_at IS NULL AND expires_at <= $4

-- name: asset_access
-- What the video's access says; only of what this viewer may see.
SELECT v.access FROM asset a JOIN video v ON v.id = a.video
 WHERE a.id = $1 AND ($2 OR (v.state = 'published' AND v.visibility <> 'private'))
