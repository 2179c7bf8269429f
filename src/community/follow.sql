-- name: follow_add
-- No row when there are too many ($4): the limit is part of the statement.
INSERT INTO follow (account, show, followed_at)
SELECT $1, $2, $3 WHERE (SELECT count(*) FROM follow WHERE account = $1) < $4
    ON CONFLICT DO NOTHING

-- name: follow_drop
DELETE FROM follow WHERE account = $1 AND show = $2

-- name: follow_there
SELECT count(*) FROM follow WHERE account = $1 AND show = $2

-- name: follow_of
SELECT count(*) FROM follow f JOIN show s ON s.id = f.show WHERE f.account = $1 AND s.slug = $2

-- name: follow_list
SELECT s.slug, s.title, f.followed_at FROM follow f JOIN show s ON s.id = f.show
 WHERE f.account = $1 AND (f.followed_at, f.show) < ($2, $3) ORDER BY f.followed_at DESC, f.show DESC LIMIT $4

-- name: follow_lost
-- A show that went and still has followers; `head` walks from show to show by the index, however many follow each.
WITH RECURSIVE head (show) AS (
    SELECT min(show) FROM follow
    UNION ALL
    SELECT (SELECT min(f.show) FROM follow f WHERE f.show > head.show) FROM head WHERE head.show IS NOT NULL)
SELECT head.show FROM head WHERE head.show IS NOT NULL AND NOT EXISTS (SELECT 1 FROM show s WHERE s.id = head.show) LIMIT 1

-- name: follow_forget
DELETE FROM follow WHERE (account, show) IN (SELECT account, show FROM follow WHERE show = $1 LIMIT $2)
