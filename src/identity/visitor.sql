-- name: visitor_becomes
UPDATE playback SET account = $1, visitor = NULL WHERE visitor = $2

-- name: visitor_history
-- What was watched before signing in goes on after it; what the account has itself stays.
INSERT INTO history (account, video, position_ms, watched_at)
SELECT a.id, p.video, p.position_ms, p.updated_at FROM playback p JOIN account a ON a.id = $1
 WHERE p.visitor = $2 AND a.history = 1 AND p.position_ms > 0
   AND p.id = (SELECT q.id FROM playback q WHERE q.visitor = p.visitor AND q.video = p.video AND q.teaser IS NULL
                ORDER BY q.updated_at DESC, q.id DESC LIMIT 1)
    ON CONFLICT (account, video) DO NOTHING
