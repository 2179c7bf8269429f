-- name: upload_add
INSERT INTO upload (id, account, video, show, purpose, metadata, filename, size, received, state, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 'open', $9, $10)

-- name: upload_by_id
SELECT id, account, video, show, purpose, metadata, filename, size, received, state, reason, result, expires_at
  FROM upload WHERE id = $1 AND account = $2

-- name: upload_received
UPDATE upload SET received = $1, expires_at = $2 WHERE id = $3 AND state = 'open' AND received <= $4

-- name: upload_complete
UPDATE upload SET state = 'complete', received = size WHERE id = $1 AND state = 'open'

-- name: upload_drop
DELETE FROM upload WHERE id = $1 AND account = $2 AND state = 'open'

-- name: upload_expired
SELECT id AS key FROM upload WHERE state = 'open' AND expires_at < $1 ORDER BY expires_at LIMIT 100

-- name: upload_forget
DELETE FROM upload WHERE id = $1 AND state = 'open' AND expires_at < $2

-- name: upload_open
SELECT count(*) FROM upload WHERE id = $1 AND state = 'open'

-- name: upload_outcome
-- Of an original: how its encode goes, and the asset it became.
SELECT e.state, e.reason,
       (SELECT a.id FROM asset a WHERE a.video = e.video AND a.blob = e.blob AND a.kind = 'original' LIMIT 1) AS result
  FROM encode e WHERE e.video = $1 AND e.blob = $2 ORDER BY e.id DESC LIMIT 1
