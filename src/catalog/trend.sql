-- name: trend_of
SELECT t.score FROM trend t JOIN video v ON v.n = t.n WHERE v.id = $1

-- name: trend_to_play
-- No row: this person played it within the day.
SELECT coalesce((SELECT t.score FROM trend t JOIN video v ON v.n = t.n WHERE v.id = $1), 0) AS score
 WHERE NOT EXISTS (SELECT 1 FROM playback p WHERE p.account = $2 AND p.video = $1 AND p.updated_at > $3 AND p.teaser IS NULL)
   AND NOT EXISTS (SELECT 1 FROM playback p WHERE p.visitor = $4 AND p.video = $1 AND p.updated_at > $3 AND p.teaser IS NULL)

-- name: trend_put
INSERT INTO trend (n, score) SELECT n, $1 FROM video WHERE id = $2 ON CONFLICT (n) DO UPDATE SET score = excluded.score
