-- name: share_of
SELECT code, opened FROM share WHERE video = $1 AND channel = $2 AND (account = $3 OR (account IS NULL AND $3 IS NULL))

-- name: share_add
INSERT INTO share (code, video, channel, account, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING

-- name: share_to
-- Where it leads, as long as everybody may go there.
SELECT v.slug FROM share s JOIN video v ON v.id = s.video
 WHERE s.code = $1 AND v.state = 'published' AND v.visibility <> 'private'

-- name: share_due
-- The video, unless the link was opened since.
SELECT video FROM share WHERE code = $1 AND (opened_at IS NULL OR opened_at < $2)

-- name: share_opened
UPDATE share SET opened = opened + 1, opened_at = $1 WHERE code = $2

-- name: share_sums
SELECT channel, count(*) AS links, sum(opened) AS opened FROM share WHERE video = $1 GROUP BY channel ORDER BY channel
