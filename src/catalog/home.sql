-- name: home_start
-- The layout, and of whom is asked: the video they watched last, for what is like it.
SELECT l.rails, w.slug AS "seen.slug", w.title AS "seen.title", w.id AS video, w.show, w.tags
  FROM home_layout l LEFT JOIN (
       SELECT v.id, v.slug, v.title, v.show, v.tags FROM history h JOIN video v ON v.id = h.video
        WHERE h.account = $1 AND h.position_ms > 0 AND v.state = 'published' AND v.visibility = 'public'
        ORDER BY h.watched_at DESC, h.video DESC LIMIT 1) w ON true

-- name: home_offers
-- What everybody is offered: $2, $4, $5 and $6 say which rails, $3 what trending begins with; 10 videos each. Only trending holds what the account ($1)
-- has seen to its end. The rows of a rail are put in the order of `rank`, highest first, by who asks: a sort of all of them took as long as finding them.
SELECT * FROM (
  SELECT 'latest' AS rail, v.listed_at AS rank, v.id AS "card.id", v.slug AS "card.slug", v.title AS "card.title", v.kind AS "card.kind", v.access AS "card.access",
         v.content_rating AS "card.content_rating", s.slug AS "card.show.slug", s.title AS "card.show.title", v.season AS "card.season",
         v.episode AS "card.episode", v.duration_ms AS "card.duration_ms", v.thumb AS "card.thumbnail_url", v.published_at AS "card.published_at"
    FROM video v LEFT JOIN show s ON s.id = v.show
   WHERE v.state = 'published' AND v.visibility = 'public' AND NOT EXISTS (SELECT 1 FROM history h WHERE h.account = $1 AND h.video = v.id AND h.position_ms * 100 >= v.duration_ms * 95)
     AND $2 ORDER BY v.listed_at DESC, v.id DESC LIMIT 10) a
UNION ALL SELECT * FROM (
  SELECT 'trending', t.score, v.id, v.slug, v.title, v.kind, v.access, v.content_rating, s.slug, s.title, v.season, v.episode, v.duration_ms, v.thumb, v.published_at
    FROM trend t CROSS JOIN video v LEFT JOIN show s ON s.id = v.show
   WHERE v.n = t.n AND v.state = 'published' AND v.visibility = 'public' AND t.score >= $3 AND $4 ORDER BY t.score DESC, t.n DESC LIMIT 10) b
UNION ALL SELECT * FROM (
  SELECT 'behind-the-scenes', v.listed_at, v.id, v.slug, v.title, v.kind, v.access, v.content_rating, s.slug, s.title, v.season, v.episode, v.duration_ms, v.thumb, v.published_at
    FROM video v LEFT JOIN show s ON s.id = v.show
   WHERE v.state = 'published' AND v.visibility = 'public' AND v.kind = 'clip' AND NOT EXISTS (SELECT 1 FROM history h WHERE h.account = $1 AND h.video = v.id AND h.position_ms * 100 >= v.duration_ms * 95)
     AND $5 ORDER BY v.listed_at DESC, v.id DESC LIMIT 10) c
UNION ALL SELECT * FROM (
  SELECT 'downloads', d.at, v.id, v.slug, v.title, v.kind, v.access, v.content_rating, s.slug, s.title, v.season, v.episode, v.duration_ms, v.thumb, v.published_at
    FROM (SELECT x.video, max(x.at) AS at FROM (
              SELECT y.video, y.created_at AS at FROM asset y WHERE y.kind IN ('document', 'track', 'image') AND $6 ORDER BY y.id DESC LIMIT 200) x GROUP BY x.video) d
    JOIN video v ON v.id = d.video LEFT JOIN show s ON s.id = v.show
   WHERE v.state = 'published' AND v.visibility = 'public' AND NOT EXISTS (SELECT 1 FROM history h WHERE h.account = $1 AND h.video = v.id AND h.position_ms * 100 >= v.duration_ms * 95)
   ORDER BY d.at DESC, v.n DESC LIMIT 10) e

-- name: home_continue
-- Begun and not seen to the end.
SELECT 'continue' AS rail, h.watched_at AS rank, v.id AS "card.id", v.slug AS "card.slug", v.title AS "card.title", v.kind AS "card.kind", v.access AS "card.access",
       v.content_rating AS "card.content_rating", s.slug AS "card.show.slug", s.title AS "card.show.title", v.season AS "card.season",
       v.episode AS "card.episode", v.duration_ms AS "card.duration_ms", v.thumb AS "card.thumbnail_url", v.published_at AS "card.published_at",
       h.position_ms AS "card.position_ms"
  FROM history h JOIN video v ON v.id = h.video LEFT JOIN show s ON s.id = v.show
 WHERE h.account = $1 AND v.state = 'published' AND v.visibility <> 'private' AND h.position_ms > 0
   AND v.duration_ms > 0 AND h.position_ms * 100 < v.duration_ms * 95
 ORDER BY h.watched_at DESC, h.video DESC LIMIT 10

-- name: home_because
-- Of the same show ($1), then what shares a tag ($2 to $7), the newest of each: of these the first 10 that the account ($8) has not seen to their end,
-- but the video itself ($9). Where the show is enough, no tag is looked at. The rows of r come in order; put in the order of `rank`, highest first,
-- by who asks.
SELECT 'because' AS rail, v.n - r.place * 1000000000000 AS rank, v.id AS "card.id", v.slug AS "card.slug", v.title AS "card.title", v.kind AS "card.kind", v.access AS "card.access",
       v.content_rating AS "card.content_rating", s.slug AS "card.show.slug", s.title AS "card.show.title", v.season AS "card.season",
       v.episode AS "card.episode", v.duration_ms AS "card.duration_ms", v.thumb AS "card.thumbnail_url", v.published_at AS "card.published_at"
  FROM (SELECT * FROM (SELECT x.n, 1 AS place FROM video x WHERE x.show = $1 ORDER BY x.n DESC LIMIT 24) t1
        UNION ALL SELECT * FROM (
            SELECT u.n, 2 AS place FROM (
            SELECT * FROM (SELECT x.n FROM video_tag x WHERE x.tag = $2 ORDER BY x.n DESC LIMIT 24) t2
            UNION ALL SELECT * FROM (SELECT x.n FROM video_tag x WHERE x.tag = $3 ORDER BY x.n DESC LIMIT 24) t3
            UNION ALL SELECT * FROM (SELECT x.n FROM video_tag x WHERE x.tag = $4 ORDER BY x.n DESC LIMIT 24) t4
            UNION ALL SELECT * FROM (SELECT x.n FROM video_tag x WHERE x.tag = $5 ORDER BY x.n DESC LIMIT 24) t5
            UNION ALL SELECT * FROM (SELECT x.n FROM video_tag x WHERE x.tag = $6 ORDER BY x.n DESC LIMIT 24) t6
            UNION ALL SELECT * FROM (SELECT x.n FROM video_tag x WHERE x.tag = $7 ORDER BY x.n DESC LIMIT 24) t7) u
             GROUP BY u.n ORDER BY u.n DESC) g) r CROSS JOIN video v LEFT JOIN show s ON s.id = v.show
 WHERE v.n = r.n AND v.state = 'published' AND v.visibility = 'public' AND (r.place = 1 OR v.show IS NULL OR $1 IS NULL OR v.show <> $1)
   AND NOT EXISTS (SELECT 1 FROM history h WHERE h.account = $8 AND h.video = v.id AND h.position_ms * 100 >= v.duration_ms * 95)
   AND v.id <> $9 LIMIT 10

-- name: home_layout
SELECT rails, updated_at, version FROM home_layout

-- name: home_layout_set
UPDATE home_layout SET rails = $1, updated_at = $2, version = version + 1 WHERE $3 < 0 OR version = $3
