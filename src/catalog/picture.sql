-- name: picture_list
SELECT id, kind, n, at_ms, blob, media_type, width, height, size_bytes FROM picture
 WHERE video = $1 AND kind <> 'storyboard' ORDER BY kind, n, id LIMIT 100

-- name: picture_shown
-- $2: the viewer sees drafts too. Of an asset: what its video, or its show, lets be seen.
SELECT p.id, p.kind, p.n, p.at_ms, p.blob, p.media_type, p.width, p.height, p.size_bytes
  FROM picture p LEFT JOIN asset a ON a.id = p.asset LEFT JOIN video v ON v.id = coalesce(p.video, a.video)
 WHERE p.id = $1 AND ($2 OR v.id IS NULL OR (v.state = 'published' AND v.visibility <> 'private'))

-- name: picture_of_kind
SELECT id FROM picture WHERE video = $1 AND kind = $2 ORDER BY n, id DESC LIMIT 1

-- name: picture_choose
UPDATE video SET poster = $1, poster_at = coalesce((SELECT at_ms FROM picture WHERE id = $1), 0), version = version + 1
 WHERE id = $2 AND EXISTS (SELECT 1 FROM picture WHERE id = $1 AND video = $2 AND kind IN ('candidate', 'poster'))

-- name: picture_keep
-- What an editor chose outlives the encode it was made with.
UPDATE picture SET encode = NULL WHERE id = $1

-- name: picture_unchoose
UPDATE video SET poster = coalesce((SELECT id FROM picture WHERE video = $1 AND kind = 'candidate' ORDER BY n, id LIMIT 1), poster),
       poster_at = NULL, version = version + 1 WHERE id = $1

-- name: picture_has_poster
SELECT id FROM video WHERE id = $1 AND poster IS NOT NULL

-- name: picture_has_poster_id
SELECT poster FROM video WHERE id = $1 AND poster IS NOT NULL

-- name: picture_encode
SELECT e.id FROM encode e WHERE e.video = $1 AND e.state = 'ready' ORDER BY e.id DESC LIMIT 1
