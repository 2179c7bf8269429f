-- name: history_note
INSERT INTO history (account, video, position_ms, watched_at)
SELECT p.account, p.video, $1, $2 FROM playback p JOIN account a ON a.id = p.account
 WHERE p.id = $3 AND p.teaser IS NULL AND a.history = 1
    ON CONFLICT (account, video) DO UPDATE SET position_ms = excluded.position_ms, watched_at = excluded.watched_at

-- name: history_position
SELECT position_ms FROM history WHERE account = $1 AND video = $2

-- name: history_list
-- Of what may still be seen ($2: drafts too).
SELECT v.id, v.slug, v.title, v.duration_ms, v.thumb AS thumbnail_url, h.position_ms, h.watched_at,
       CASE WHEN v.duration_ms > 0 AND h.position_ms * 100 >= v.duration_ms * 95 THEN 1 ELSE 0 END AS finished
  FROM history h JOIN video v ON v.id = h.video
 WHERE h.account = $1 AND ($2 OR (v.state = 'published' AND v.visibility <> 'private')) AND (h.watched_at, h.video) < ($3, $4)
 ORDER BY h.watched_at DESC, h.video DESC LIMIT $5

-- name: history_drop
DELETE FROM history WHERE account = $1 AND video = $2

-- name: history_drop_all
DELETE FROM history WHERE account = $1

-- name: history_keep
UPDATE account SET history = $1 WHERE id = $2

-- name: history_kept
SELECT history FROM account WHERE id = $1

-- name: history_old
SELECT count(*) FROM history WHERE watched_at < $1

-- name: history_sweep
DELETE FROM history WHERE watched_at < $1

-- name: history_tied
SELECT count(*) FROM (SELECT 1 FROM account a JOIN playback p ON p.account = a.id WHERE p.updated_at < $1 AND (a.history = 0 OR $2 = 1) LIMIT 1) one

-- name: history_untie
UPDATE playback SET account = NULL, visitor = NULL
 WHERE id IN (SELECT p.id FROM account a JOIN playback p ON p.account = a.id WHERE p.updated_at < $1 AND (a.history = 0 OR $2 = 1) LIMIT 500)
