-- name: playback_add
INSERT INTO playback (id, video, encode, account, preview, position_ms, created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: playback_resume
-- Where this account last was in this video.
SELECT position_ms FROM playback WHERE account = $1 AND video = $2 ORDER BY updated_at DESC LIMIT 1

-- name: playback_by_id
SELECT id, video, account, position_ms FROM playback WHERE id = $1

-- name: playback_progress
-- The total only grows, so a repeated or late request changes nothing back.
UPDATE playback SET position_ms = $1, played_ms = CASE WHEN played_ms > $2 THEN played_ms ELSE $2 END, updated_at = $3
 WHERE id = $4 AND (account IS NULL OR account = $5)

-- name: rendition_sizes
SELECT name AS rendition,
       size_bytes + (SELECT coalesce(sum(size_bytes), 0) FROM rendition WHERE encode = $1 AND kind = 'audio' AND state = 'ready') AS size_bytes
  FROM rendition r WHERE encode = $1 AND kind = 'video' AND state = 'ready' ORDER BY height

-- name: stream_version
-- The version belongs to the token's video, which is still shown (or previewed by an editor).
SELECT count(*) FROM encode e JOIN video v ON v.id = e.video
 WHERE e.id = $1 AND v.id = $2 AND (v.state = 'published' OR $3)

-- name: stream_rendition
SELECT r.id, r.encode, r.position, r.name, r.kind, r.language, r.label, r.role, r.is_default, r.pass, r.source, r.channels,
       r.first, r.samples, r.state, r.percent, r.blob, r.size_bytes, r.codecs, r.width, r.height, r.fps_num, r.fps_den,
       r.timescale, r.init_size, r.peak_bps, r.average_bps
  FROM rendition r JOIN encode e ON e.id = r.encode JOIN video v ON v.id = e.video
 WHERE r.encode = $1 AND r.name = $2 AND r.state = 'ready' AND v.id = $3 AND (v.state = 'published' OR $4)

-- name: stream_segment
SELECT r.blob, s.at, s.size
  FROM segment s JOIN rendition r ON r.id = s.rendition JOIN encode e ON e.id = r.encode JOIN video v ON v.id = e.video
 WHERE r.encode = $1 AND r.name = $2 AND s.n = $3 AND r.state = 'ready' AND v.id = $4 AND (v.state = 'published' OR $5)
