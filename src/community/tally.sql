-- name: tally_like
INSERT INTO tally (video, likes) VALUES ($1, 1) ON CONFLICT (video) DO UPDATE SET likes = tally.likes + 1

-- name: tally_no_like
UPDATE tally SET likes = likes - 1 WHERE video = $1

-- name: tally_of
SELECT coalesce((SELECT t.likes FROM tally t WHERE t.video = $1), 0) AS likes,
       coalesce((SELECT t.comments FROM tally t WHERE t.video = $1), 0) AS comments

-- name: tally_comment
INSERT INTO tally (video, comments) VALUES ($1, 1) ON CONFLICT (video) DO UPDATE SET comments = tally.comments + 1

-- name: tally_no_comment
UPDATE tally SET comments = comments - 1 WHERE video = $1

-- name: tally_differs
-- Videos and comments whose numbers are not those of their rows.
SELECT (SELECT count(*) FROM (SELECT video FROM (SELECT video, likes, comments FROM tally
                                                 UNION ALL SELECT video, -1, 0 FROM liked
                                                 UNION ALL SELECT video, 0, -1 FROM comment WHERE state = 'shown') one
                               GROUP BY video HAVING sum(likes) <> 0 OR sum(comments) <> 0) off)
     + (SELECT count(*) FROM comment c
         WHERE c.replies <> (SELECT count(*) FROM comment r WHERE r.parent = c.id AND r.state = 'shown'))

-- name: tally_forget
DELETE FROM tally

-- name: tally_rebuild
INSERT INTO tally (video, likes, comments)
SELECT video, sum(likes), sum(comments) FROM (SELECT video, 1 AS likes, 0 AS comments FROM liked
                                              UNION ALL SELECT video, 0, 1 FROM comment WHERE state = 'shown') one GROUP BY video

-- name: tally_replies
UPDATE comment SET replies = (SELECT count(*) FROM comment r WHERE r.parent = comment.id AND r.state = 'shown')
