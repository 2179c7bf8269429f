-- name: ticket_live
SELECT t.id, t.secret, t.asset, t.account, t.created_at, a.created_at AS made_at, t.expires_at, t.revoked_at, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.blob, a.parts, coalesce(v.state, 'published') AS state, coalesce(v.title, s.title) AS title, v.slug,
       t.max_downloads, coalesce(k.used_files + k.reserved_files, 0) AS downloads
  FROM ticket t JOIN asset a ON a.id = t.asset LEFT JOIN video v ON v.id = a.video LEFT JOIN show s ON s.id = a.show
       LEFT JOIN quota k ON k.owner = t.id AND k.day = 0
 WHERE t.account = $1 AND t.asset = $2 AND t.revoked_at IS NULL

-- name: ticket_by_secret
SELECT t.id, t.secret, t.asset, t.account, t.created_at, a.created_at AS made_at, t.expires_at, t.revoked_at, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.blob, a.parts, coalesce(v.state, 'published') AS state, coalesce(v.title, s.title) AS title, v.slug,
       t.max_downloads, coalesce(k.used_files + k.reserved_files, 0) AS downloads
  FROM ticket t JOIN asset a ON a.id = t.asset LEFT JOIN video v ON v.id = a.video LEFT JOIN show s ON s.id = a.show
       LEFT JOIN quota k ON k.owner = t.id AND k.day = 0
 WHERE t.secret = $1

-- name: ticket_list
SELECT t.id, t.secret, t.asset, t.account, t.created_at, a.created_at AS made_at, t.expires_at, t.revoked_at, a.filename, a.media_type,
       a.size_bytes, a.sha256, a.blob, a.parts, coalesce(v.state, 'published') AS state, coalesce(v.title, s.title) AS title, v.slug,
       t.max_downloads, coalesce(k.used_files + k.reserved_files, 0) AS downloads
  FROM ticket t JOIN asset a ON a.id = t.asset LEFT JOIN video v ON v.id = a.video LEFT JOIN show s ON s.id = a.show
       LEFT JOIN quota k ON k.owner = t.id AND k.day = 0
 WHERE t.account = $1 AND t.id < $2 AND t.revoked_at IS NULL AND t.expires_at > $3 ORDER BY t.id DESC LIMIT $4

-- name: ticket_add
INSERT INTO ticket (id, secret, asset, account, created_at, expires_at, max_downloads) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: ticket_revoke
UPDATE ticket SET revoked_at = $1 WHERE secret = $2 AND account = $3 AND revoked_at IS NULL RETURNING id

-- name: ticket_end
-- One that expired, or whose downloads are all behind it, makes room for a new one.
UPDATE ticket SET revoked_at = $1
 WHERE account = $2 AND asset = $3 AND revoked_at IS NULL
   AND (expires_at <= $1
        OR ((SELECT q.used_files FROM quota q WHERE q.owner = ticket.id AND q.day = 0) >= max_downloads
            AND NOT EXISTS (SELECT 1 FROM download d WHERE d.ticket = ticket.id AND d.state IN ('reserved', 'open') AND d.resume_until > $1)))

-- name: ticket_expired
-- Whether there are such: no COMMIT for nothing.
SELECT count(*) FROM ticket WHERE revoked_at IS NULL AND expires_at <= $1

-- name: ticket_sweep
UPDATE ticket SET revoked_at = expires_at WHERE revoked_at IS NULL AND expires_at <= $1

-- name: asset_access
-- Premium when the video or the file itself is; only of what this viewer may see.
SELECT CASE WHEN a.tier = 'premium' THEN a.tier ELSE coalesce(v.access, 'everyone') END AS access,
       coalesce(v.content_rating, 'SU') AS content_rating
  FROM asset a LEFT JOIN video v ON v.id = a.video
 WHERE a.id = $1 AND ($2 OR a.video IS NULL OR (v.state = 'published' AND v.visibility <> 'private'))

-- name: asset_file_of
SELECT blob AS key, size_bytes AS size, sha256 FROM asset WHERE id = $1
