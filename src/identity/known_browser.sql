-- name: known_add
INSERT INTO known_browser (account, hash, at) VALUES ($1, $2, $3) ON CONFLICT (account, hash) DO UPDATE SET at = excluded.at

-- name: known_trim
DELETE FROM known_browser
 WHERE account = $1 AND hash NOT IN (SELECT hash FROM known_browser WHERE account = $1 ORDER BY at DESC, hash LIMIT $2)

-- name: known_is
-- $2: an id or a name; somebody may be named like the id of another, which goes first.
SELECT count(*) FROM known_browser
 WHERE hash = $1 AND account = coalesce((SELECT id FROM account WHERE id = $2), (SELECT id FROM account WHERE name = $2))

-- name: known_forget_others
DELETE FROM known_browser WHERE account = $1 AND hash <> $2
