-- name: news_video
-- What is older than $4 is not new to anybody.
INSERT INTO news (id, kind, video, at)
SELECT $1, 'episode', v.id, $2 FROM video v
 WHERE v.id = $3 AND v.show IS NOT NULL AND v.state = 'published' AND v.visibility = 'public' AND v.published_at > $4
    ON CONFLICT (id) DO NOTHING

-- name: news_reply
INSERT INTO news (id, kind, video, at)
SELECT c.id, 'reply', c.video, $1 FROM comment c WHERE c.id = $2 AND c.parent IS NOT NULL AND c.created_at > $3
    ON CONFLICT (id) DO NOTHING
