-- name: playback_add
INSERT INTO playback (id, video, encode, account, visitor, preview, teaser, position_ms, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: playback_by_id
SELECT id, video, account, teaser, position_ms FROM playback WHERE id = $1

-- name: playback_progress
-- The total only grows, so a repeated or late request changes nothing back.
UPDATE playback SET position_ms = $1, played_ms = CASE WHEN played_ms > $2 THEN played_ms ELSE $2 END, updated_at = $3
 WHERE id = $4 AND (account IS NULL OR account = $5)

-- name: rendition_sizes
SELECT name AS rendition,
       size_bytes + (SELECT coalesce(sum(size_bytes), 0) FROM rendition WHERE encode = $1 AND kind = 'audio' AND state = 'ready') AS size_bytes
  FROM rendition r WHERE encode = $1 AND kind = 'video' AND state = 'ready' ORDER BY height

