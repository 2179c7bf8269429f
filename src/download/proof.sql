-- name: proof_video
-- The video an asset is kept behind, if it is.
SELECT v.id, v.state, v.visibility, v.access, v.encode, v.duration_ms, v.teaser_at
  FROM asset a JOIN video v ON v.id = a.video WHERE a.id = $1 AND a.gate = 'teaser'

-- name: proof_until
SELECT until FROM proof WHERE account = $1 AND video = $2

-- name: proof_keep
INSERT INTO proof (account, video, until) VALUES ($1, $2, $3)
    ON CONFLICT (account, video) DO UPDATE SET until = excluded.until

-- name: proof_sweep
DELETE FROM proof WHERE until <= $1
