-- name: watched_add
-- The playback may be gone with its video.
INSERT INTO watched (playback, encode, n, duration_ms, at)
SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT 1 FROM playback p WHERE p.id = $1)
    ON CONFLICT (playback, encode, n) DO NOTHING

-- name: watched_sweep
DELETE FROM watched WHERE at < $1

-- name: watched_best
-- Of each playback by itself; who is done soonest first. $4: how much is asked; $3: what is older proves nothing.
SELECT sum(w.duration_ms) AS covered_ms, min(w.at) AS first_at
  FROM playback p JOIN watched w ON w.playback = p.id
 WHERE p.account = $1 AND p.video = $2 AND w.at >= $3
 GROUP BY w.playback, w.encode
 ORDER BY CASE WHEN sum(w.duration_ms) < $4 THEN sum(w.duration_ms) ELSE $4 END DESC, min(w.at) LIMIT 1
