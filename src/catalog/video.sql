-- name: video_by_id
-- $2: the viewer sees drafts too. Unlisted videos are seen by whoever has the id.
SELECT v.id, v.slug, v.title, v.description, v.kind, v.state, v.visibility, v.access, v.content_rating, v.language,
       s.slug AS "show.slug", s.title AS "show.title", v.season, v.episode, v.tags, v.chapters, v.duration_ms, v.width,
       v.height, v.poster AS poster_url, v.thumb AS thumbnail_url, v.preview AS preview_url,
       v.teaser_at AS teaser_start_ms, v.comment_policy, v.publish_at, v.unpublish_at, v.published_at, v.created_at, v.updated_at, v.version
  FROM video v LEFT JOIN show s ON s.id = v.show
 WHERE v.id = $1 AND ($2 OR (v.state = 'published' AND v.visibility <> 'private'))

-- name: video_by_slug
SELECT v.id, v.slug, v.title, v.description, v.kind, v.state, v.visibility, v.access, v.content_rating, v.language,
       s.slug AS "show.slug", s.title AS "show.title", v.season, v.episode, v.tags, v.chapters, v.duration_ms, v.width,
       v.height, v.poster AS poster_url, v.thumb AS thumbnail_url, v.preview AS preview_url,
       v.teaser_at AS teaser_start_ms, v.comment_policy, v.publish_at, v.unpublish_at, v.published_at, v.created_at, v.updated_at, v.version
  FROM video v LEFT JOIN show s ON s.id = v.show
 WHERE v.slug = $1 AND ($2 OR (v.state = 'published' AND v.visibility <> 'private'))

-- name: video_list_public
SELECT v.id, v.slug, v.title, v.description, v.kind, v.state, v.visibility, v.access, v.content_rating, v.language,
       s.slug AS "show.slug", s.title AS "show.title", v.season, v.episode, v.tags, v.chapters, v.duration_ms, v.width,
       v.height, v.poster AS poster_url, v.thumb AS thumbnail_url, v.preview AS preview_url,
       v.teaser_at AS teaser_start_ms, v.publish_at, v.unpublish_at, v.published_at, v.created_at, v.updated_at, v.version
  FROM video v LEFT JOIN show s ON s.id = v.show
 WHERE v.state = 'published' AND v.visibility = 'public' AND (v.listed_at, v.id) < ($1, $2)
 ORDER BY v.listed_at DESC, v.id DESC LIMIT $3

-- name: video_list_filtered
-- The same with filters; NULL: any. $8: drafts too.
SELECT v.id, v.slug, v.title, v.description, v.kind, v.state, v.visibility, v.access, v.content_rating, v.language,
       s.slug AS "show.slug", s.title AS "show.title", v.season, v.episode, v.tags, v.chapters, v.duration_ms, v.width,
       v.height, v.poster AS poster_url, v.thumb AS thumbnail_url, v.preview AS preview_url,
       v.teaser_at AS teaser_start_ms, v.publish_at, v.unpublish_at, v.published_at, v.created_at, v.updated_at, v.version
  FROM video v LEFT JOIN show s ON s.id = v.show
 WHERE (v.listed_at, v.id) < ($1, $2) AND ($3 IS NULL OR v.kind = $3) AND ($4 IS NULL OR s.slug = $4)
   AND ($5 IS NULL OR v.tags LIKE $5 ESCAPE '!') AND ($6 IS NULL OR v.state = $6)
   AND ($7 OR (v.state = 'published' AND v.visibility = 'public'))
 ORDER BY v.listed_at DESC, v.id DESC LIMIT $8

-- name: video_slug_taken
SELECT count(*) FROM video WHERE slug = $1

-- name: video_add
INSERT INTO video (id, slug, title, description, kind, state, visibility, access, content_rating, language, show,
                   season, episode, tags, chapters, publish_at, unpublish_at, teaser_at, comment_policy, listed_at, created_by, created_at,
                   updated_at)
VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)

-- name: video_change
-- NULL leaves a column; those that may be emptied have their own "given" flag before them.
UPDATE video SET title = coalesce($1, title), description = coalesce($2, description), kind = coalesce($3, kind),
       visibility = coalesce($4, visibility), access = coalesce($5, access),
       content_rating = coalesce($6, content_rating), language = coalesce($7, language), tags = coalesce($8, tags),
       chapters = coalesce($9, chapters), show = CASE WHEN $10 THEN $11 ELSE show END,
       season = CASE WHEN $12 THEN $13 ELSE season END, episode = CASE WHEN $14 THEN $15 ELSE episode END,
       publish_at = CASE WHEN $16 THEN $17 ELSE publish_at END,
       unpublish_at = CASE WHEN $18 THEN $19 ELSE unpublish_at END,
       teaser_at = CASE WHEN $20 THEN $21 ELSE teaser_at END,
       comment_policy = coalesce($22, comment_policy), updated_at = $23, version = version + 1
 WHERE id = $24 AND ($25 < 0 OR version = $25)

-- name: video_drop
DELETE FROM video WHERE id = $1

-- name: video_blobs
SELECT blob AS key FROM encode WHERE video = $1
UNION SELECT r.blob AS key FROM rendition r JOIN encode e ON e.id = r.encode WHERE e.video = $1 AND r.blob IS NOT NULL
UNION SELECT c.blob AS key FROM chunk c JOIN rendition r ON r.id = c.rendition JOIN encode e ON e.id = r.encode WHERE e.video = $1
UNION SELECT blob AS key FROM asset WHERE video = $1
UNION SELECT blob AS key FROM caption WHERE video = $1
UNION SELECT blob AS key FROM picture WHERE video = $1
UNION SELECT p.blob AS key FROM picture p JOIN asset a ON a.id = p.asset WHERE a.video = $1
UNION SELECT p.blob AS key FROM picture p JOIN encode e ON e.id = p.encode WHERE e.video = $1

-- name: video_gate
SELECT id, state, visibility, access, content_rating, encode, duration_ms, teaser_at FROM video WHERE id = $1

-- name: video_state
SELECT state FROM video WHERE id = $1

-- name: video_move
UPDATE video SET state = $1, updated_at = $2, version = version + 1 WHERE id = $3 AND state = $4

-- name: video_publish
-- The first publishing gives the place in lists.
UPDATE video SET listed_at = CASE WHEN published_at IS NULL THEN $1 ELSE listed_at END,
       published_at = coalesce(published_at, $2) WHERE id = $3

-- name: video_publish_at
SELECT publish_at FROM video WHERE id = $1

-- name: video_due
SELECT id AS key FROM video WHERE state = 'scheduled' AND publish_at <= $1 ORDER BY publish_at LIMIT 100

-- name: video_over
SELECT id AS key FROM video WHERE state = 'published' AND unpublish_at <= $1 ORDER BY unpublish_at LIMIT 100
