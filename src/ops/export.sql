-- name: export_account
SELECT id, name, role, created_at, member_until, CASE WHEN totp IS NULL THEN 0 ELSE 1 END AS second_factor, history, confirmed_age
  FROM account WHERE id = $1 AND id > $2

-- name: export_sessions
SELECT id, kind, agent, created_at, used_at, expires_at, revoked_at FROM credential WHERE account = $1 AND id > $2 ORDER BY id LIMIT 200

-- name: export_known
-- Few enough for one page; not by what could be held against its cookie.
SELECT substr(hash, 1, 16) AS id, at FROM known_browser WHERE account = $1 AND substr(hash, 1, 16) > $2 ORDER BY 1 LIMIT 200

-- name: export_likes
SELECT v.id AS video_id, v.slug, v.title, l.at FROM liked l JOIN video v ON v.id = l.video
 WHERE l.account = $1 AND l.video > $2 ORDER BY l.video LIMIT 200

-- name: export_comments
SELECT id, video AS video_id, parent AS parent_id, text, state, created_at, edited_at
  FROM comment WHERE account = $1 AND id > $2 ORDER BY id LIMIT 200

-- name: export_reports
SELECT id, video AS video_id, comment AS comment_id, reason, note, created_at FROM report WHERE account = $1 AND id > $2 ORDER BY id LIMIT 200

-- name: export_shares
SELECT code, video AS video_id, channel, opened, created_at, opened_at FROM share WHERE account = $1 AND code > $2 ORDER BY code LIMIT 200

-- name: export_history
SELECT v.id AS video_id, v.slug, v.title, h.position_ms, h.watched_at FROM history h JOIN video v ON v.id = h.video
 WHERE h.account = $1 AND h.video > $2 ORDER BY h.video LIMIT 200

-- name: export_playbacks
SELECT id, video AS video_id, position_ms, played_ms, created_at, updated_at FROM playback WHERE account = $1 AND id > $2 ORDER BY id LIMIT 200

-- name: export_playlists
SELECT id, title, kind, created_at, updated_at FROM playlist WHERE account = $1 AND id > $2 ORDER BY id LIMIT 200

-- name: export_playlist_videos
SELECT l.id || p.video AS key, l.id AS playlist_id, v.id AS video_id, v.slug, v.title, p.added_at
  FROM playlist l JOIN playlist_video p ON p.playlist = l.id JOIN video v ON v.id = p.video
 WHERE l.account = $1 AND l.id || p.video > $2 ORDER BY l.id || p.video LIMIT 200

-- name: export_tickets
-- Not the secret in their addresses.
SELECT t.id, a.filename, t.created_at, t.expires_at, t.revoked_at FROM ticket t JOIN asset a ON a.id = t.asset
 WHERE t.account = $1 AND t.id > $2 ORDER BY t.id LIMIT 200

-- name: export_downloads
SELECT id, filename, size_bytes, state, reserved_at, started_at, covered_bytes, charged_files, charged_bytes
  FROM download WHERE account = $1 AND id > $2 ORDER BY id LIMIT 200

-- name: export_quota
-- Days since 1970, of five digits until 2243.
SELECT CAST(day AS TEXT) AS day, used_files, used_bytes, reserved_files, reserved_bytes
  FROM quota WHERE owner = $1 AND CAST(day AS TEXT) > $2 ORDER BY CAST(day AS TEXT) LIMIT 200

-- name: export_pause
SELECT account, download AS download_id, bytes, since, until FROM direct_pause WHERE account = $1 AND account > $2

-- name: export_proofs
SELECT v.id AS video_id, v.slug, v.title, p.until FROM proof p JOIN video v ON v.id = p.video
 WHERE p.account = $1 AND p.video > $2 ORDER BY p.video LIMIT 200

-- name: export_identities
SELECT subject, issuer, created_at FROM account_identity WHERE account = $1 AND subject > $2 ORDER BY subject LIMIT 200

-- name: export_consents
SELECT id, purpose, granted, text_version, at FROM consent WHERE account = $1 AND id > $2 ORDER BY id LIMIT 200

-- name: export_uploads
SELECT id, video AS video_id, filename, purpose, size, state, created_at FROM upload WHERE account = $1 AND id > $2 ORDER BY id LIMIT 200

-- name: export_videos
SELECT id, slug, title, created_at FROM video WHERE created_by = $1 AND id > $2 ORDER BY id LIMIT 200

-- name: export_follows
SELECT f.show AS show_id, s.slug, s.title, f.followed_at FROM follow f LEFT JOIN show s ON s.id = f.show
 WHERE f.account = $1 AND f.show > $2 ORDER BY f.show LIMIT 200

-- name: export_notifications
SELECT n.news AS id, w.kind, w.video AS video_id, n.at, n.read_at FROM notification n LEFT JOIN news w ON w.id = n.news
 WHERE n.account = $1 AND n.news > $2 ORDER BY n.news LIMIT 200

-- name: export_notification_settings
SELECT account, episodes, replies, push_episodes, push_replies FROM notification_setting WHERE account = $1 AND account > $2

-- name: export_push
-- Not its address and keys: who has them can send there.
SELECT id, language, created_at FROM push_subscription WHERE account = $1 AND id > $2 ORDER BY id LIMIT 200
