-- name: direct_pause
-- A pause that lasts stays as it was told.
INSERT INTO direct_pause (account, download, bytes, since, until) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account) DO UPDATE SET download = excluded.download, bytes = excluded.bytes, since = excluded.since, until = excluded.until
 WHERE direct_pause.until <= $4

-- name: direct_paused
SELECT download, bytes, since, until FROM direct_pause WHERE account = $1 AND until > $2

-- name: direct_resume
DELETE FROM direct_pause WHERE account = $1

-- name: direct_delivery
SELECT delivery FROM asset WHERE id = $1
