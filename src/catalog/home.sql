-- name: home_start
-- The layout, and of whom is asked: the video they watched last, for what is like it.
SELECT l.rails, w.slug AS "seen.slug", w.title AS "seen.title", w.id AS video, w.show, w.tags
  FROM home_layout l LEFT JOIN (
       SELECT v.id, v.slug, v.title, v.show, v.tags FROM history h JOIN video v ON v.id = h.video
        WHERE h.account = $1 AND h.position_ms > 0 AND v.state = 'published' AND v.visibility = 'public'
        ORDER BY h.watched_at DESC, h.video DESC LIMIT 1) w ON true

-- name: home_offers
-- What everybody is offered: $2, $4, $5 and $6 say which rails, $3 what trending begins with, 12 videos each. Only trending holds what the account ($1) has seen to its end.
SELECT r.rail, v.id AS "card.id", v.slug AS "card.slug", v.title AS "card.title", v.kind AS "card.kind", v.access AS "card.access",
       v.content_rating AS "card.content_rating", s.slug AS "card.show.slug", s.title AS "card.show.title", v.season AS "card.season",
       v.episode AS "card.episode", v.duration_ms AS "card.duration_ms", v.thumb AS "card.thumbnail_url", v.published_at AS "card.published_at"
  FROM (SELECT * FROM (
            SELECT 'latest' AS rail, p.n, p.listed_at AS rank FROM video p
             WHERE p.state = 'published' AND p.visibility = 'public'
               AND NOT EXISTS (SELECT 1 FROM history h WHERE h.account = $1 AND h.video = p.id AND h.position_ms * 100 >= p.duration_ms * 95)
               AND $2 ORDER BY p.listed_at DESC, p.id DESC LIMIT 12) a
        UNION ALL SELECT * FROM (
            SELECT 'trending' AS rail, p.n, t.score AS rank FROM trend t CROSS JOIN video p
             WHERE p.id = t.video AND p.state = 'published' AND p.visibility = 'public' AND t.score >= $3 AND $4
             ORDER BY t.score DESC, t.video DESC LIMIT 12) b
        UNION ALL SELECT * FROM (
            SELECT 'behind-the-scenes' AS rail, p.n, p.listed_at AS rank FROM video p
             WHERE p.state = 'published' AND p.visibility = 'public' AND p.kind = 'clip'
               AND NOT EXISTS (SELECT 1 FROM history h WHERE h.account = $1 AND h.video = p.id AND h.position_ms * 100 >= p.duration_ms * 95)
               AND $5 ORDER BY p.listed_at DESC, p.id DESC LIMIT 12) c
        UNION ALL SELECT * FROM (
            SELECT 'downloads' AS rail, p.n, max(d.created_at) AS rank
              FROM (SELECT x.video, x.created_at FROM asset x WHERE x.kind IN ('document', 'track', 'image') ORDER BY x.id DESC LIMIT 200) d
              JOIN video p ON p.id = d.video
             WHERE p.state = 'published' AND p.visibility = 'public'
               AND NOT EXISTS (SELECT 1 FROM history h WHERE h.account = $1 AND h.video = p.id AND h.position_ms * 100 >= p.duration_ms * 95)
               AND $6 GROUP BY p.n ORDER BY rank DESC, p.n DESC LIMIT 12) e) r
  JOIN video v ON v.n = r.n LEFT JOIN show s ON s.id = v.show
 ORDER BY r.rail, r.rank DESC, v.id DESC

-- name: home_continue
-- Begun and not seen to the end.
SELECT 'continue' AS rail, v.id AS "card.id", v.slug AS "card.slug", v.title AS "card.title", v.kind AS "card.kind", v.access AS "card.access",
       v.content_rating AS "card.content_rating", s.slug AS "card.show.slug", s.title AS "card.show.title", v.season AS "card.season",
       v.episode AS "card.episode", v.duration_ms AS "card.duration_ms", v.thumb AS "card.thumbnail_url", v.published_at AS "card.published_at",
       h.position_ms AS "card.position_ms"
  FROM history h JOIN video v ON v.id = h.video LEFT JOIN show s ON s.id = v.show
 WHERE h.account = $1 AND v.state = 'published' AND v.visibility <> 'private' AND h.position_ms > 0
   AND v.duration_ms > 0 AND h.position_ms * 100 < v.duration_ms * 95
 ORDER BY h.watched_at DESC, h.video DESC LIMIT 12

-- name: home_because
-- only: sqlite
-- Of the same show ($1), then what shares a tag ($3, a list in JSON); newest first. Nothing that the account ($2) has seen to its end, nor the video itself ($4).
SELECT 'because' AS rail, v.id AS "card.id", v.slug AS "card.slug", v.title AS "card.title", v.kind AS "card.kind", v.access AS "card.access",
       v.content_rating AS "card.content_rating", s.slug AS "card.show.slug", s.title AS "card.show.title", v.season AS "card.season",
       v.episode AS "card.episode", v.duration_ms AS "card.duration_ms", v.thumb AS "card.thumbnail_url", v.published_at AS "card.published_at"
  FROM (SELECT n, min(place) AS place FROM (
            SELECT * FROM (SELECT p.n, 1 AS place FROM video p
             WHERE p.show = $1 AND p.state = 'published' AND p.visibility = 'public'
               AND NOT EXISTS (SELECT 1 FROM history h WHERE h.account = $2 AND h.video = p.id AND h.position_ms * 100 >= p.duration_ms * 95)
             ORDER BY p.listed_at DESC, p.id DESC LIMIT 13)
            UNION ALL SELECT t.n, 2 AS place FROM json_each($3) j JOIN video_tag t ON t.tag = j.value
             WHERE t.n IN (SELECT x.n FROM video_tag x CROSS JOIN video p
                            WHERE x.tag = j.value AND p.n = x.n AND p.state = 'published' AND p.visibility = 'public'
                              AND NOT EXISTS (SELECT 1 FROM history h WHERE h.account = $2 AND h.video = p.id AND h.position_ms * 100 >= p.duration_ms * 95)
                            ORDER BY x.n DESC LIMIT 13))
         WHERE n <> (SELECT n FROM video WHERE id = $4) GROUP BY n ORDER BY place, n DESC LIMIT 12) r
  JOIN video v ON v.n = r.n LEFT JOIN show s ON s.id = v.show
 ORDER BY r.place, v.listed_at DESC, v.id DESC

-- name: home_layout
SELECT rails, updated_at, version FROM home_layout

-- name: home_layout_set
UPDATE home_layout SET rails = $1, updated_at = $2, version = version + 1 WHERE $3 < 0 OR version = $3
