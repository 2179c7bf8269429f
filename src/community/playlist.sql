-- name: playlist_list
SELECT p.id, p.title, p.kind, (SELECT count(*) FROM playlist_video i WHERE i.playlist = p.id) AS videos, p.created_at, p.updated_at, p.version
  FROM playlist p WHERE p.account = $1 ORDER BY CASE WHEN p.kind = 'watch-later' THEN 0 ELSE 1 END, p.id LIMIT 200

-- name: playlist_by_id
SELECT p.id, p.title, p.kind, (SELECT count(*) FROM playlist_video i WHERE i.playlist = p.id) AS videos, p.created_at, p.updated_at, p.version
  FROM playlist p WHERE p.account = $1 AND p.id = $2

-- name: playlist_later
SELECT id FROM playlist WHERE account = $1 AND kind = 'watch-later'

-- name: playlist_add
-- No row when there are too many ($6): the limit is part of the statement.
INSERT INTO playlist (id, account, title, kind, created_at, updated_at)
SELECT $1, $2, $3, $4, $5, $5 WHERE (SELECT count(*) FROM playlist WHERE account = $2) < $6
    ON CONFLICT DO NOTHING

-- name: playlist_title
UPDATE playlist SET title = $1, updated_at = $2, version = version + 1 WHERE id = $3 AND account = $4 AND kind = 'list'

-- name: playlist_drop
DELETE FROM playlist WHERE id = $1 AND account = $2 AND kind = 'list'

-- name: playlist_put
-- To the end; one that is there already stays where it is. No row: the list is full.
INSERT INTO playlist_video (playlist, video, place, added_at)
SELECT $1, $2, coalesce((SELECT max(place) FROM playlist_video WHERE playlist = $1), 0) + 1, $3
 WHERE (SELECT count(*) FROM playlist_video WHERE playlist = $1) < $4
    ON CONFLICT DO NOTHING

-- name: playlist_has
SELECT count(*) FROM playlist_video WHERE playlist = $1 AND video = $2

-- name: playlist_place
SELECT place FROM playlist_video WHERE playlist = $1 AND video = $2

-- name: playlist_end
SELECT coalesce(max(place), 0) + 1 AS place FROM playlist_video WHERE playlist = $1

-- name: playlist_room
-- At a place: what stands there and behind it goes on by one.
UPDATE playlist_video SET place = place + 1 WHERE playlist = $1 AND place >= $2

-- name: playlist_move
UPDATE playlist_video SET place = $1 WHERE playlist = $2 AND video = $3

-- name: playlist_take
DELETE FROM playlist_video WHERE playlist = $1 AND video = $2

-- name: playlist_touch
UPDATE playlist SET updated_at = $1, version = version + 1 WHERE id = $2

-- name: playlist_videos
SELECT v.id, v.slug, v.title, v.duration_ms, v.thumb AS thumbnail_url, i.added_at, i.place
  FROM playlist_video i JOIN video v ON v.id = i.video
 WHERE i.playlist = $1 AND ($2 OR (v.state = 'published' AND v.visibility <> 'private')) AND i.place > $3 ORDER BY i.place LIMIT $4

-- name: playlist_choices
-- One's playlists, and whether they hold the video ($1).
SELECT p.id, p.title, p.kind, EXISTS (SELECT 1 FROM playlist_video i WHERE i.playlist = p.id AND i.video = $1) AS holds
  FROM playlist p WHERE p.account = $2 ORDER BY CASE WHEN p.kind = 'watch-later' THEN 0 ELSE 1 END, p.id LIMIT 200
