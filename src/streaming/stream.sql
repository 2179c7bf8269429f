-- name: stream_version
-- The version belongs to the token's video, which is still shown (or previewed by an editor).
SELECT count(*) FROM encode e JOIN video v ON v.id = e.video
 WHERE e.id = $1 AND v.id = $2 AND (v.state = 'published' OR $3)

-- name: stream_teaser
SELECT t.id, t.encode, t.first, t.segments
  FROM teaser t JOIN encode e ON e.id = t.encode JOIN video v ON v.id = e.video
 WHERE t.id = $1 AND v.id = $2 AND (v.state = 'published' OR $3)

-- name: stream_rendition
-- Not ready: only an editor's preview sees it.
SELECT r.id, r.encode, r.position, r.name, r.kind, r.language, r.label, r.role, r.is_default, r.pass, r.source, r.channels,
       r.first, r.samples, r.state, r.percent, r.blob, r.size_bytes, r.codecs, r.width, r.height, r.fps_num, r.fps_den,
       r.timescale, r.init_size, r.peak_bps, r.average_bps
  FROM rendition r JOIN encode e ON e.id = r.encode JOIN video v ON v.id = e.video
 WHERE r.encode = $1 AND r.name = $2 AND v.id = $3 AND ($4 OR (v.state = 'published' AND r.state = 'ready'))

-- name: stream_segment
SELECT r.blob, s.at, s.size, CASE WHEN r.kind = 'video' THEN s.duration * 1000 / r.timescale END AS picture_ms
  FROM segment s JOIN rendition r ON r.id = s.rendition JOIN encode e ON e.id = r.encode JOIN video v ON v.id = e.video
 WHERE r.encode = $1 AND r.name = $2 AND s.n = $3 AND r.state = 'ready' AND v.id = $4 AND (v.state = 'published' OR $5)

-- name: stream_chunk_segment
-- Of a rendition that is being encoded in chunks; previews only.
SELECT c.blob, s.at, s.size
  FROM chunk_segment s JOIN chunk c ON c.rendition = s.rendition AND c.n = s.chunk JOIN rendition r ON r.id = s.rendition
  JOIN encode e ON e.id = r.encode
 WHERE r.encode = $1 AND r.name = $2 AND s.n = $3 AND e.video = $4

-- name: stream_captions
SELECT id, name, language, label, kind, is_default, blob FROM caption WHERE video = $1 ORDER BY language, name LIMIT 64

-- name: stream_caption
SELECT c.id, c.name, c.language, c.label, c.kind, c.is_default, c.blob FROM caption c JOIN video v ON v.id = c.video
 WHERE c.video = $1 AND c.name = $2 AND (v.state = 'published' OR $3)

-- name: stream_storyboard
SELECT s.interval_ms, s.tile_width, s.tile_height, s.columns, s.rows, s.tiles
  FROM storyboard s JOIN encode e ON e.id = s.encode JOIN video v ON v.id = e.video
 WHERE s.encode = $1 AND v.id = $2 AND (v.state = 'published' OR $3)

-- name: stream_sheet
SELECT p.blob, 0 AS at, p.size_bytes AS size
  FROM picture p JOIN encode e ON e.id = p.encode JOIN video v ON v.id = e.video
 WHERE p.encode = $1 AND p.kind = 'storyboard' AND p.n = $2 AND v.id = $3 AND (v.state = 'published' OR $4)

-- name: stream_has_storyboard
SELECT count(*) FROM storyboard WHERE encode = $1

-- name: stream_growing
-- The newest encode of a video that nobody else sees yet, once its first chunk and its sound are there.
SELECT e.id FROM encode e JOIN rendition r ON r.encode = e.id JOIN chunk c ON c.rendition = r.id
 WHERE e.video = $1 AND c.n = 0 AND r.pass = 'early' AND e.state = 'encoding'
   AND NOT EXISTS (SELECT 1 FROM rendition a WHERE a.encode = e.id AND a.kind = 'audio' AND a.is_default = 1 AND a.state <> 'ready')
 ORDER BY e.id DESC LIMIT 1

-- name: teaser_segments
-- Segments of the first ready picture: how many, and how long all of them are.
SELECT count(*) FROM segment s JOIN rendition r ON r.id = s.rendition
 WHERE r.encode = $1 AND r.pass = 'early' AND r.state = 'ready'

-- name: teaser_length
SELECT coalesce(sum(s.duration) * 1000 / r.timescale, 0) FROM segment s JOIN rendition r ON r.id = s.rendition
 WHERE r.id = $1 AND s.n >= $2 AND s.n < $3 GROUP BY r.timescale

-- name: teaser_add
INSERT INTO teaser (id, encode, first, segments, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (encode, first, segments) DO NOTHING

-- name: teaser_find
SELECT id, encode, first, segments FROM teaser WHERE encode = $1 AND first = $2 AND segments = $3
