-- name: report_add
INSERT INTO report (id, account, video, comment, reason, note, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: report_of_comment
SELECT id, video AS video_id, comment AS comment_id, reason, note, created_at FROM report WHERE comment = $1 AND account = $2

-- name: report_of_video
SELECT id, video AS video_id, comment AS comment_id, reason, note, created_at FROM report WHERE video = $1 AND comment IS NULL AND account = $2

-- name: report_list
SELECT id, video AS video_id, comment AS comment_id, reason, note, created_at
  FROM report WHERE closed_at IS NULL AND id > $1 ORDER BY id LIMIT $2

-- name: report_close
UPDATE report SET closed_at = $1 WHERE id = $2 AND closed_at IS NULL

-- name: report_closed
-- By what a moderator decided of the comment.
UPDATE report SET closed_at = $1 WHERE comment = $2 AND closed_at IS NULL
