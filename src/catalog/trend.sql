-- name: trend_of
SELECT score FROM trend WHERE video = $1

-- name: trend_to_play
-- No row: this person played it within the day.
SELECT coalesce((SELECT t.score FROM trend t WHERE t.video = $1), 0) AS score
 WHERE NOT EXISTS (SELECT 1 FROM playback p WHERE p.account = $2 AND p.video = $1 AND p.updated_at > $3 AND p.teaser IS NULL)
   AND NOT EXISTS (SELECT 1 FROM playback p WHERE p.visitor = $4 AND p.video = $1 AND p.updated_at > $3 AND p.teaser IS NULL)

-- name: trend_put
INSERT INTO trend (video, score) VALUES ($1, $2) ON CONFLICT (video) DO UPDATE SET score = excluded.score
