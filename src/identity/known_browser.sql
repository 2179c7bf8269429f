-- name: known_add
INSERT INTO known_browser (account, hash, at) VALUES ($1, $2, $3) ON CONFLICT (account, hash) DO UPDATE SET at = excluded.at

-- name: known_trim
DELETE FROM known_browser
 WHERE account = $1 AND hash NOT IN (SELECT hash FROM known_browser WHERE account = $1 ORDER BY at DESC, hash LIMIT $2)

-- name: known_is
SELECT count(*) FROM account a JOIN known_browser k ON k.account = a.id WHERE (a.id = $1 OR a.name = $1) AND k.hash = $2

-- name: known_forget_others
DELETE FROM known_browser WHERE account = $1 AND hash <> $2
