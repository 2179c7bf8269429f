-- name: video_text_source
SELECT v.n, v.title, s.title AS show, v.tags, v.tags AS tag_list, v.description FROM video v LEFT JOIN show s ON s.id = v.show WHERE v.id = $1

-- name: video_text_sources
SELECT v.n, v.title, s.title AS show, v.tags, v.tags AS tag_list, v.description FROM video v LEFT JOIN show s ON s.id = v.show WHERE v.n > $1 ORDER BY v.n LIMIT 500

-- name: video_text_of_show
SELECT v.id AS key FROM video v JOIN show s ON s.id = v.show WHERE s.slug = $1

-- name: video_text_put
-- only: sqlite
REPLACE INTO video_text (rowid, title, show, tags, description) VALUES ($1, $2, $3, $4, $5)

-- name: video_tags_drop
DELETE FROM video_tag WHERE n = $1

-- name: video_tags_put
-- only: sqlite
INSERT INTO video_tag (tag, n) SELECT DISTINCT value, $1 FROM json_each($2)

-- name: video_text_drop
-- only: sqlite
DELETE FROM video_text WHERE rowid = (SELECT n FROM video WHERE id = $1)

-- name: search_words_add
-- only: sqlite
-- A list in JSON.
INSERT INTO search_word (word) SELECT value FROM json_each($1) WHERE true ON CONFLICT (word) DO NOTHING

-- name: search_words_text
-- only: sqlite
-- Those that are not there yet: words are numbered as they come.
INSERT INTO search_word_text (rowid, word) SELECT n, word FROM search_word
 WHERE n > coalesce((SELECT rowid FROM search_word_text ORDER BY rowid DESC LIMIT 1), 0)

-- name: search_word_there
SELECT count(*) FROM search_word WHERE word = $1

-- name: search_word_begun
SELECT word FROM search_word WHERE word >= $1 AND word < $2 ORDER BY word LIMIT 1

-- name: search_word_near
-- only: sqlite
-- Those that share most parts of three letters.
SELECT word AS key FROM search_word_text WHERE search_word_text MATCH $1 ORDER BY bm25(search_word_text) LIMIT 200

-- name: search_state
SELECT version FROM search_state

-- name: search_done
SELECT done FROM search_state

-- name: search_state_set
UPDATE search_state SET version = $1, done = $2

-- name: video_text_any
-- only: sqlite
SELECT count(*) FROM (SELECT 1 FROM video_text WHERE video_text MATCH $1 LIMIT 1)

-- name: video_search
-- only: sqlite
-- Ids and places, no more than that of each hit: bm25 in millionths, so that it can stand in a cursor. The terms are those of
-- catalog/analyse.h. $2: NULL at the first page, which then ranks each hit but once. $4 to $8: NULL or the kind, the show, the duration
-- from and below, and whether there is a file.
SELECT v.id, CAST(bm25(video_text, 10, 3, 5, 1) * 1000000 AS INTEGER) AS place
  FROM video_text CROSS JOIN video v INDEXED BY video_found ON v.n = video_text.rowid
 WHERE video_text MATCH $1 AND v.state = 'published' AND v.visibility = 'public'
   AND ($2 IS NULL OR CAST(bm25(video_text, 10, 3, 5, 1) * 1000000 AS INTEGER) > $2
        OR (CAST(bm25(video_text, 10, 3, 5, 1) * 1000000 AS INTEGER) = $2 AND v.id < $3))
   AND ($4 IS NULL OR v.kind = $4) AND ($5 IS NULL OR v.show = (SELECT id FROM show WHERE slug = $5))
   AND ($6 IS NULL OR v.duration_ms >= $6) AND ($7 IS NULL OR v.duration_ms < $7)
   AND ($8 IS NULL OR $8 = EXISTS (SELECT 1 FROM asset a WHERE a.video = v.id))
 ORDER BY place, v.id DESC LIMIT $9

-- name: video_found
-- only: sqlite
-- In the order of the list, a JSON array of ids.
SELECT v.id, v.slug, v.title, v.description, v.kind, v.state, v.visibility, v.access, v.content_rating, v.language,
       s.slug AS "show.slug", s.title AS "show.title", v.season, v.episode, v.tags, v.chapters, v.duration_ms, v.width,
       v.height, v.poster AS poster_url, v.thumb AS thumbnail_url, v.preview AS preview_url,
       v.teaser_at AS teaser_start_ms, v.publish_at, v.unpublish_at, v.published_at, v.created_at, v.updated_at, v.version
  FROM json_each($1) f CROSS JOIN video v ON v.id = f.value LEFT JOIN show s ON s.id = v.show
 WHERE v.state = 'published' AND v.visibility = 'public'
 ORDER BY f.key

-- name: video_search_facets
-- only: sqlite
-- Of all that is found: the same limits of durations as video_search is given.
WITH hit AS MATERIALIZED (SELECT rowid AS n FROM video_text WHERE video_text MATCH $1)
SELECT v.kind, s.slug AS show, s.title AS title, CASE WHEN v.duration_ms < $2 THEN 'short' WHEN v.duration_ms < $3 THEN 'medium' WHEN v.duration_ms >= $3 THEN 'long' END AS duration,
       EXISTS (SELECT 1 FROM asset a WHERE a.video = v.id) AS download, count(*) AS count
  FROM hit CROSS JOIN video v ON v.n = hit.n LEFT JOIN show s ON s.id = v.show
 WHERE v.state = 'published' AND v.visibility = 'public'
 GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC LIMIT 5000
