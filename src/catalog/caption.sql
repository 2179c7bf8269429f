-- name: caption_list
SELECT id, name, language, label, kind, is_default FROM caption WHERE video = $1 ORDER BY name LIMIT 100

-- name: caption_by_id
SELECT id, name, language, label, kind, is_default FROM caption WHERE id = $1

-- name: caption_former
SELECT id, name, is_default, blob FROM caption WHERE video = $1 AND language = $2 AND kind = $3 ORDER BY id LIMIT 1

-- name: caption_named
SELECT count(*) FROM caption WHERE video = $1 AND name = $2

-- name: caption_count
SELECT count(*) FROM caption WHERE video = $1

-- name: caption_add
INSERT INTO caption (id, video, name, language, label, kind, source, is_default, blob, size_bytes, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: caption_change
UPDATE caption SET label = coalesce($1, label), is_default = coalesce($2, is_default) WHERE id = $3

-- name: caption_alone
-- The others of its video are the default no longer.
UPDATE caption SET is_default = 0 WHERE video = (SELECT video FROM caption WHERE id = $1) AND id <> $1

-- name: caption_blob
SELECT blob FROM caption WHERE id = $1

-- name: caption_drop
DELETE FROM caption WHERE id = $1
