-- name: picture_drop_jobs
INSERT INTO job (id, kind, subject, priority, run_at, created_at)
SELECT 'drop-' || blob, 'drop-blob', blob, 90, $1, $2 FROM picture
 WHERE video = $3 AND kind = $4 AND id <> coalesce((SELECT poster FROM video WHERE id = $3), '')

-- name: picture_drop
-- A candidate that is the poster stays until another one is.
DELETE FROM picture WHERE video = $1 AND kind = $2 AND id <> coalesce((SELECT poster FROM video WHERE id = $1), '')

-- name: video_poster
-- What the hub picked gives way to what it picks now; what an editor chose stays.
UPDATE video SET poster = $1, updated_at = $2, version = version + 1
 WHERE id = $3 AND poster_at IS NULL
   AND (poster IS NULL OR NOT EXISTS (SELECT 1 FROM picture p WHERE p.id = video.poster AND p.kind = 'poster'))

-- name: video_poster_blob
SELECT p.blob, v.title FROM video v JOIN picture p ON p.id = v.poster WHERE v.id = $1

-- name: video_poster_at
SELECT coalesce((SELECT p.at_ms FROM video v JOIN picture p ON p.id = v.poster WHERE v.id = $1), 0)

-- name: video_teaser_at
SELECT coalesce(teaser_at, 0) FROM video WHERE id = $1

-- name: video_thumb
UPDATE video SET thumb = $1, updated_at = $2, version = version + 1 WHERE id = $3

-- name: video_preview
UPDATE video SET preview = $1, updated_at = $2, version = version + 1 WHERE id = $3

-- name: storyboard_add
INSERT INTO storyboard (encode, interval_ms, tile_width, tile_height, columns, rows, tiles) VALUES ($1, $2, $3, $4, $5, $6, $7)
