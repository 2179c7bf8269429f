-- name: news_next
SELECT w.id, w.kind, w.video, v.show, w.reached FROM news w JOIN video v ON v.id = w.video
 WHERE w.waiting = 1 ORDER BY w.kind DESC, w.at, w.id LIMIT 1

-- name: news_step
-- The last follower of the next step; NULL: there is none.
SELECT max(account) FROM (SELECT account FROM follow WHERE show = $1 AND account > $2 ORDER BY account LIMIT $3) step

-- name: news_to_inboxes
INSERT INTO notification (account, news, at)
SELECT f.account, w.id, $1 FROM news w JOIN follow f ON f.show = $2 LEFT JOIN notification_setting s ON s.account = f.account
 WHERE w.id = $3 AND f.account > $4 AND f.account <= $5 AND f.followed_at <= w.at AND coalesce(s.episodes, 1) = 1
    ON CONFLICT DO NOTHING

-- name: news_to_browsers
INSERT INTO push (subscription, news, at, run_at)
SELECT p.id, w.id, $1, CASE WHEN p.wait_until > $1 THEN p.wait_until ELSE $1 END
  FROM news w JOIN follow f ON f.show = $2 JOIN push_subscription p ON p.account = f.account
       LEFT JOIN notification_setting s ON s.account = f.account
 WHERE w.id = $3 AND f.account > $4 AND f.account <= $5 AND f.followed_at <= w.at AND coalesce(s.push_episodes, 1) = 1
    ON CONFLICT DO NOTHING

-- name: news_reached
-- No row: another process was faster.
UPDATE news SET reached = $1, waiting = $2 WHERE id = $3 AND reached = $4 AND waiting = 1

-- name: news_drop
DELETE FROM news WHERE id = $1

-- name: reply_to_inbox
INSERT INTO notification (account, news, at)
SELECT a.id, $1, $2 FROM account a LEFT JOIN notification_setting s ON s.account = a.id
 WHERE a.id = $3 AND coalesce(s.replies, 1) = 1
    ON CONFLICT DO NOTHING

-- name: reply_to_browsers
INSERT INTO push (subscription, news, at, run_at)
SELECT p.id, $1, $2, CASE WHEN p.wait_until > $2 THEN p.wait_until ELSE $2 END
  FROM push_subscription p LEFT JOIN notification_setting s ON s.account = p.account
 WHERE p.account = $3 AND coalesce(s.push_replies, 1) = 1
    ON CONFLICT DO NOTHING

-- name: reply_takes_part
SELECT count(*) FROM comment WHERE parent = $1 AND account = $2 AND state = 'shown'

-- name: inbox_list
-- $2: what went, too.
SELECT w.id, w.kind, v.id AS video_id, v.slug AS video_slug, v.title AS video_title, v.thumb AS thumbnail_url,
       s.slug AS show_slug, s.title AS show_title, c.id AS comment_id, c.parent AS parent_id, a.name AS author,
       CASE WHEN n.read_at IS NOT NULL OR n.at <= coalesce(o.read_until, 0) THEN 1 ELSE 0 END AS "read", n.at AS created_at, '' AS url
  FROM notification n JOIN news w ON w.id = n.news JOIN video v ON v.id = w.video LEFT JOIN show s ON s.id = v.show
       LEFT JOIN comment c ON c.id = w.id LEFT JOIN account a ON a.id = c.account LEFT JOIN notification_setting o ON o.account = n.account
 WHERE n.account = $1
   AND ($2 OR (v.state = 'published'
               AND ((w.kind = 'episode' AND v.visibility = 'public')
                    OR (w.kind = 'reply' AND v.visibility <> 'private' AND v.comment_policy <> 'off' AND c.state = 'shown'))))
   AND (n.at, n.news) < ($3, $4) ORDER BY n.at DESC, n.news DESC LIMIT $5

-- name: inbox_news
SELECT w.id, w.kind, v.id AS video_id, v.slug AS video_slug, v.title AS video_title, v.thumb AS thumbnail_url,
       s.slug AS show_slug, s.title AS show_title, c.id AS comment_id, c.parent AS parent_id, a.name AS author,
       0 AS "read", w.at AS created_at, '' AS url
  FROM news w JOIN video v ON v.id = w.video LEFT JOIN show s ON s.id = v.show
       LEFT JOIN comment c ON c.id = w.id LEFT JOIN account a ON a.id = c.account
 WHERE w.id = $1
   AND ($2 OR (v.state = 'published'
               AND ((w.kind = 'episode' AND v.visibility = 'public')
                    OR (w.kind = 'reply' AND v.visibility <> 'private' AND v.comment_policy <> 'off' AND c.state = 'shown'))))

-- name: inbox_unread
SELECT count(*) FROM
  (SELECT 1 FROM notification n JOIN news w ON w.id = n.news JOIN video v ON v.id = w.video LEFT JOIN comment c ON c.id = w.id
    WHERE n.account = $1 AND n.read_at IS NULL AND n.at > coalesce((SELECT read_until FROM notification_setting WHERE account = $1), 0)
      AND ($2 OR (v.state = 'published'
                  AND ((w.kind = 'episode' AND v.visibility = 'public')
                       OR (w.kind = 'reply' AND v.visibility <> 'private' AND v.comment_policy <> 'off' AND c.state = 'shown'))))
    LIMIT 100) seen

-- name: inbox_read
UPDATE notification SET read_at = coalesce(read_at, $1) WHERE account = $2 AND news = $3

-- name: inbox_read_all
INSERT INTO notification_setting (account, episodes, replies, push_episodes, push_replies, read_until)
SELECT $1, 1, 1, 1, 1, coalesce(max(n.at), 0) FROM notification n WHERE n.account = $1
    ON CONFLICT (account) DO UPDATE SET read_until = excluded.read_until

-- name: inbox_settings
SELECT episodes, replies, push_episodes, push_replies FROM notification_setting WHERE account = $1

-- name: inbox_set
INSERT INTO notification_setting (account, episodes, replies, push_episodes, push_replies) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (account) DO UPDATE SET episodes = excluded.episodes, replies = excluded.replies,
       push_episodes = excluded.push_episodes, push_replies = excluded.push_replies

-- name: inbox_old
SELECT CASE WHEN EXISTS (SELECT 1 FROM notification WHERE at < $1)
              OR EXISTS (SELECT 1 FROM news WHERE kind = 'reply' AND waiting = 0 AND at < $1) THEN 1 ELSE 0 END

-- name: inbox_sweep
DELETE FROM notification WHERE (account, news) IN (SELECT account, news FROM notification WHERE at < $1 ORDER BY at LIMIT $2)

-- name: news_sweep
-- A video stays news for good, so that it is told once.
DELETE FROM news WHERE id IN (SELECT id FROM news WHERE kind = 'reply' AND waiting = 0 AND at < $1 ORDER BY at LIMIT $2)
