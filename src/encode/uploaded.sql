-- name: upload_taken
SELECT id, account, video, show, purpose, metadata, filename, size, received, state, reason, result, expires_at
  FROM upload WHERE id = $1 AND state = 'complete'

-- name: upload_settled
UPDATE upload SET state = $1, reason = $2, result = $3 WHERE id = $4 AND state = 'complete'

-- name: uploaded_asset
INSERT INTO asset (id, video, show, kind, title, filename, media_type, size_bytes, sha256, gate, tier, blob, duration_ms,
                   created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'none', 'free', $10, $11, $12, $12)

-- name: picture_add
INSERT INTO picture (id, video, asset, encode, kind, n, at_ms, blob, media_type, width, height, size_bytes, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
