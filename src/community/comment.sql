-- name: comment_place
-- $2: the viewer sees drafts too.
SELECT v.id, v.comment_policy AS policy, v.duration_ms, coalesce(t.comments, 0) AS total
  FROM video v LEFT JOIN tally t ON t.video = v.id
 WHERE v.id = $1 AND ($2 OR (v.state = 'published' AND v.visibility <> 'private'))

-- name: comment_list
-- What one wrote oneself ($2) and waits is there for oneself; of what went, the place stays as long as there are replies to it.
SELECT c.id, c.video AS video_id, c.parent AS parent_id, c.account, a.name AS author, c.text, c.mentions, c.state, c.held_for,
       c.replies, c.reports, c.created_at, c.edited_at, c.version
  FROM comment c JOIN account a ON a.id = c.account
 WHERE c.video = $1 AND c.parent IS NULL
   AND (c.state = 'shown' OR (c.account = $2 AND c.state IN ('held', 'hidden')) OR (c.state <> 'shown' AND c.replies > 0))
   AND c.id < $3 ORDER BY c.id DESC LIMIT $4

-- name: comment_replies
SELECT c.id, c.video AS video_id, c.parent AS parent_id, c.account, a.name AS author, c.text, c.mentions, c.state, c.held_for,
       c.replies, c.reports, c.created_at, c.edited_at, c.version
  FROM comment c JOIN account a ON a.id = c.account
 WHERE c.parent = $1 AND c.video = $2 AND (c.state = 'shown' OR (c.account = $3 AND c.state IN ('held', 'hidden')))
   AND c.id > $4 ORDER BY c.id LIMIT $5

-- name: comment_by_id
SELECT c.id, c.video AS video_id, c.parent AS parent_id, c.account, a.name AS author, c.text, c.mentions, c.state, c.held_for,
       c.replies, c.reports, c.created_at, c.edited_at, c.version
  FROM comment c JOIN account a ON a.id = c.account WHERE c.id = $1

-- name: comment_trust
-- A comment that a moderator took away again speaks for nobody.
SELECT EXISTS (SELECT 1 FROM comment s WHERE s.account = $1 AND s.shown_at IS NOT NULL AND s.state <> 'rejected') AS shown,
       (SELECT count(*) FROM comment w WHERE w.account = $1 AND w.state IN ('held', 'hidden')) AS waiting

-- name: comment_add
INSERT INTO comment (id, video, parent, account, text, mentions, state, held_for, shown_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: comment_change
-- Only its author, only in time, and only as it was read.
UPDATE comment SET text = $1, mentions = $2, edited_at = $3, version = version + 1
 WHERE id = $4 AND account = $5 AND created_at > $6 AND state IN ('shown', 'held') AND ($7 < 0 OR version = $7)

-- name: comment_move
UPDATE comment SET state = $1, held_for = $2, shown_at = CASE WHEN $3 THEN coalesce(shown_at, $4) ELSE shown_at END, version = version + 1
 WHERE id = $5 AND state = $6

-- name: comment_looked
-- A moderator did: what was reported so far is done with.
UPDATE comment SET reports = 0 WHERE id = $1

-- name: comment_empty
UPDATE comment SET text = '', mentions = '[]' WHERE id = $1

-- name: comment_reported
UPDATE comment SET reports = reports + 1 WHERE id = $1 RETURNING reports

-- name: comment_replied
UPDATE comment SET replies = replies + $1 WHERE id = $2

-- name: held_list
SELECT c.id, c.video AS video_id, v.slug AS video_slug, v.title AS video_title, a.name AS author, c.text, c.state, c.held_for, c.reports, c.created_at
  FROM comment c JOIN account a ON a.id = c.account JOIN video v ON v.id = c.video
 WHERE c.state IN ('held', 'hidden') AND c.id > $1 ORDER BY c.id LIMIT $2

-- name: held_by_id
SELECT c.id, c.video AS video_id, v.slug AS video_slug, v.title AS video_title, a.name AS author, c.text, c.state, c.held_for, c.reports, c.created_at
  FROM comment c JOIN account a ON a.id = c.account JOIN video v ON v.id = c.video WHERE c.id = $1
