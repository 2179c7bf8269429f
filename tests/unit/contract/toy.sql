-- name: video_visible
-- A public video, or the viewer's own in any state; by id or by slug.
SELECT id, slug, title, description, kind, state, rating, premium, views, score, tags, chapters,
       show_slug AS "show.slug", show_title AS "show.title", poster_url, extra, publish_at, created_at, version
  FROM video_full
 WHERE (id = $1 OR slug = $2) AND (state = 'public' OR owner = $3)

-- name: video_list
-- Newest first, after the cursor's id.
SELECT id, slug, title, description, kind, state, rating, premium, views, score, tags, chapters,
       show_slug AS "show.slug", show_title AS "show.title", poster_url, extra, publish_at, created_at, version
  FROM video_full
 WHERE (state = 'public' OR owner = $1) AND ($2 = '' OR id < $2) AND ($3 IS NULL OR kind = $3)
 ORDER BY id DESC LIMIT $4

-- name: video_add
INSERT INTO video (id, slug, title, description, kind, rating, premium, score, tags, chapters, show, poster_url, extra,
                   publish_at, created_at, owner)
VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce($8, 0), $9, $10, $11, $12, $13, $14, $15, $16)

-- name: video_change
-- NULL leaves a column; the columns that may be emptied have their own "given" flag.
UPDATE video SET title = coalesce($1, title), description = coalesce($2, description), premium = coalesce($3, premium),
       tags = coalesce($4, tags), poster_url = CASE WHEN $5 THEN $6 ELSE poster_url END,
       publish_at = CASE WHEN $7 THEN $8 ELSE publish_at END, version = version + 1
 WHERE id = $9 AND owner = $10 AND ($11 < 0 OR version = $11)

-- name: video_publish
UPDATE video SET state = 'public' WHERE id = $1 AND owner = $2 AND state = 'ready'

-- name: video_drop
DELETE FROM video WHERE id = $1 AND owner = $2

-- name: comment_add
INSERT INTO comment (id, video, author, text, at_ms, created_at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: comment_list
SELECT id, author, text, at_ms, created_at FROM comment
 WHERE video = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3

-- name: show_add
INSERT INTO show (slug, title) VALUES ($1, $2) ON CONFLICT DO NOTHING

-- name: show_change
UPDATE show SET title = $1 WHERE slug = $2

-- name: video_owner
SELECT owner, state, publish_at FROM video WHERE id = $1
