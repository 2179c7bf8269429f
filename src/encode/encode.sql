-- name: encode_add
INSERT INTO encode (id, video, blob, filename, size_bytes, owner, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7)

-- name: encode_by_id
SELECT id, video, blob, filename, size_bytes, sha256, media_type, state, reason, duration_ms, created_at, owner, probe,
       video_ms, video_frames, chunk_frames, chunks FROM encode WHERE id = $1

-- name: encode_newest
SELECT id, video, blob, filename, size_bytes, sha256, media_type, state, reason, duration_ms, created_at, owner, probe,
       video_ms, video_frames, chunk_frames, chunks
  FROM encode WHERE video = $1 ORDER BY id DESC LIMIT 1

-- name: encode_state
UPDATE encode SET state = $1 WHERE id = $2

-- name: encode_fail
UPDATE encode SET state = 'failed', reason = $1 WHERE id = $2

-- name: encode_probed
UPDATE encode SET state = 'encoding', sha256 = $1, media_type = $2, duration_ms = $3, probe = $4, video_ms = $5,
       video_frames = $6, chunk_frames = $7, chunks = $8 WHERE id = $9

-- name: encode_lock
-- On PostgreSQL others that change this encode wait until our unit is over.
UPDATE encode SET chunks = chunks WHERE id = $1

-- name: video_chapters
-- Those of the file, where the editor gave none.
UPDATE video SET chapters = $1 WHERE id = $2 AND chapters = '[]'

-- name: video_exists
SELECT count(*) FROM video WHERE id = $1

-- name: video_probed
UPDATE video SET duration_ms = $1, width = $2, height = $3, updated_at = $4, version = version + 1 WHERE id = $5

-- name: video_serve
-- From now on this version is the one that plays.
UPDATE video SET encode = $1, updated_at = $2, version = version + 1 WHERE id = $3 AND (encode IS NULL OR encode < $4)

-- name: video_wants_publishing
SELECT count(*) FROM video WHERE id = $1 AND publish_when_ready = 1 AND state IN ('processing', 'ready')

-- name: video_ask_publishing
UPDATE video SET publish_when_ready = 1 WHERE id = $1

-- name: rendition_add
INSERT INTO rendition (id, encode, position, name, kind, pass, is_default, source, width, height, fps_num, fps_den, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'waiting')

-- name: rendition_list
SELECT id, encode, position, name, kind, language, label, role, is_default, pass, source, channels, first, samples, state,
       percent, blob, size_bytes, codecs, width, height, fps_num, fps_den, timescale, init_size, peak_bps, average_bps
  FROM rendition WHERE encode = $1 ORDER BY position LIMIT 64

-- name: rendition_by_name
SELECT id, encode, position, name, kind, language, label, role, is_default, pass, source, channels, first, samples, state,
       percent, blob, size_bytes, codecs, width, height, fps_num, fps_den, timescale, init_size, peak_bps, average_bps
  FROM rendition WHERE encode = $1 AND name = $2

-- name: rendition_percent
UPDATE rendition SET state = 'encoding', percent = $1 WHERE id = $2 AND state <> 'ready' 

-- name: rendition_ready
UPDATE rendition SET state = 'ready', percent = 100, blob = $1, size_bytes = $2, codecs = $3, width = $4, height = $5,
       fps_num = $6, fps_den = $7, timescale = $8, init_size = $9, peak_bps = $10, average_bps = $11, first = $12,
       samples = $13, channels = $14, language = $15, label = $16
 WHERE id = $17 AND state <> 'ready'

-- name: rendition_early
SELECT id, encode, position, name, kind, language, label, role, is_default, pass, source, channels, first, samples, state,
       percent, blob, size_bytes, codecs, width, height, fps_num, fps_den, timescale, init_size, peak_bps, average_bps
  FROM rendition WHERE encode = $1 AND pass = 'early'

-- name: rendition_begun
-- What its first chunk tells of the whole.
UPDATE rendition SET codecs = $1, timescale = $2, init_size = $3, first = $4 WHERE id = $5 AND state <> 'ready'

-- name: chunk_add
INSERT INTO chunk (rendition, n, blob, size_bytes, init_size) VALUES ($1, $2, $3, $4, $5)

-- name: chunk_segment_add
INSERT INTO chunk_segment (rendition, n, chunk, at, size, start, duration) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: chunk_count
SELECT count(*) FROM chunk WHERE rendition = $1

-- name: chunk_blobs
SELECT blob AS key FROM chunk WHERE rendition = $1 ORDER BY n

-- name: chunk_init
SELECT blob, 0 AS at, init_size AS size FROM chunk WHERE rendition = $1 AND n = 0

-- name: chunk_segments
SELECT n, at, size, start, duration FROM chunk_segment WHERE rendition = $1 ORDER BY n

-- name: chunk_drop_jobs
-- Each piece's file goes by the queue; a job's id is the piece's key, which is as unique.
INSERT INTO job (id, kind, subject, priority, run_at, created_at)
SELECT 'drop-' || blob, 'drop-blob', blob, 90, $1, $2 FROM chunk WHERE rendition = $3

-- name: chunk_segment_drop
DELETE FROM chunk_segment WHERE rendition = $1

-- name: chunk_drop
DELETE FROM chunk WHERE rendition = $1

-- name: segment_drop
DELETE FROM segment WHERE rendition = $1

-- name: segment_add
INSERT INTO segment (rendition, n, at, size, start, duration) VALUES ($1, $2, $3, $4, $5, $6)

-- name: segment_list
SELECT n, at, size, start, duration FROM segment WHERE rendition = $1 ORDER BY n

-- name: encode_chunk_jobs
INSERT INTO job (id, kind, subject, priority, run_at, created_at)
SELECT 'drop-' || c.blob, 'drop-blob', c.blob, 90, $1, $2 FROM chunk c JOIN rendition r ON r.id = c.rendition WHERE r.encode = $3

-- name: encode_chunk_segments_drop
DELETE FROM chunk_segment WHERE rendition IN (SELECT id FROM rendition WHERE encode = $1)

-- name: encode_chunks_drop
DELETE FROM chunk WHERE rendition IN (SELECT id FROM rendition WHERE encode = $1)

-- name: caption_uploaded
SELECT count(*) FROM caption WHERE video = $1 AND language = $2 AND kind = $3 AND source = 'upload'
