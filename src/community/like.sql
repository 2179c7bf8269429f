-- name: likes_of
SELECT coalesce((SELECT t.likes FROM tally t WHERE t.video = $1), 0) AS likes,
       EXISTS (SELECT 1 FROM liked l WHERE l.video = $1 AND l.account = $2) AS liked

-- name: like_add
INSERT INTO liked (account, video, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING

-- name: like_drop
DELETE FROM liked WHERE account = $1 AND video = $2

-- name: liked_at
SELECT at FROM liked WHERE account = $1 AND video = $2
