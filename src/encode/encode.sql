-- name: encode_add
INSERT INTO encode (id, video, blob, filename, size_bytes, owner, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7)

-- name: encode_by_id
SELECT id, video, blob, filename, size_bytes, sha256, media_type, state, reason, duration_ms, created_at, owner, probe,
       video_ms, video_frames, chunk_frames, chunks, ladder, preset_early, preset, crf FROM encode WHERE id = $1

-- name: encode_newest
SELECT id, video, blob, filename, size_bytes, sha256, media_type, state, reason, duration_ms, created_at, owner, probe,
       video_ms, video_frames, chunk_frames, chunks, ladder, preset_early, preset, crf
  FROM encode WHERE video = $1 ORDER BY id DESC LIMIT 1

-- name: encode_state
-- A cancelled one stays so, whoever still works on it.
UPDATE encode SET state = $1 WHERE id = $2 AND state <> 'failed'

-- name: encode_probed
UPDATE encode SET state = 'encoding', sha256 = $1, media_type = $2, duration_ms = $3, probe = $4, video_ms = $5,
       video_frames = $6, chunk_frames = $7, chunks = $8, ladder = $9, preset_early = $10, preset = $11, crf = $12 WHERE id = $13

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

-- name: caption_uploaded
SELECT count(*) FROM caption WHERE video = $1 AND language = $2 AND kind = $3 AND source = 'upload'

-- name: encode_stop
UPDATE encode SET state = 'failed', reason = $1 WHERE id = $2 AND state IN ('waiting', 'probing', 'encoding')

-- name: encode_former
-- The newest of the older versions that can play: a picture and all its sound are there.
SELECT e.id FROM encode e
 WHERE e.video = $1 AND e.id < $2
   AND EXISTS (SELECT 1 FROM rendition r WHERE r.encode = e.id AND r.kind = 'video' AND r.state = 'ready')
   AND NOT EXISTS (SELECT 1 FROM rendition r WHERE r.encode = e.id AND r.kind = 'audio' AND r.state <> 'ready')
 ORDER BY e.id DESC LIMIT 1

-- name: video_serve_former
UPDATE video SET encode = $1, duration_ms = (SELECT f.duration_ms FROM encode f WHERE f.id = $1), updated_at = $2,
       version = version + 1
 WHERE id = $3

-- name: video_forget_pictures
-- Of an encode that goes.
UPDATE video SET poster = (SELECT p.id FROM picture p WHERE p.id = video.poster AND (p.encode IS NULL OR p.encode <> $1)),
       preview = (SELECT p.id FROM picture p WHERE p.id = video.preview AND (p.encode IS NULL OR p.encode <> $1))
 WHERE id = $2

-- name: encode_blobs
-- What was made of the original; with $2 all of it, else only what is not ready.
SELECT r.blob AS key FROM rendition r WHERE r.encode = $1 AND r.blob IS NOT NULL AND ($2 OR r.state <> 'ready')
UNION SELECT c.blob FROM chunk c JOIN rendition r ON r.id = c.rendition WHERE r.encode = $1 AND ($2 OR r.state <> 'ready')
UNION SELECT p.blob FROM picture p WHERE p.encode = $1 AND $2
LIMIT 10000

-- name: encode_drop_renditions
DELETE FROM rendition WHERE encode = $1 AND ($2 OR state <> 'ready')

-- name: encode_drop_pictures
DELETE FROM picture WHERE encode = $1

-- name: encode_drop_storyboard
DELETE FROM storyboard WHERE encode = $1

-- name: encode_drop_assets
DELETE FROM asset WHERE encode = $1 AND ($2 OR kind <> 'original')

-- name: encode_asset_blobs
SELECT blob AS key FROM asset WHERE encode = $1 AND kind <> 'original' LIMIT 1000

-- name: encode_drop_segments
DELETE FROM segment WHERE rendition = $1 AND n IN (SELECT s.n FROM segment s WHERE s.rendition = $1 ORDER BY s.n LIMIT 500)

-- name: encode_drop
DELETE FROM encode WHERE id = $1

-- name: encode_older
-- Versions before this one that nobody has sent away yet.
SELECT e.id AS key FROM encode e
 WHERE e.video = $1 AND e.id < $2
   AND NOT EXISTS (SELECT 1 FROM job j WHERE j.subject = e.id AND j.kind = 'drop-encode')
 ORDER BY e.id LIMIT 100

-- name: encode_wanted
-- A file of it by a ticket; itself when it plays, or may again because what replaced it is not done.
SELECT (SELECT count(*) FROM asset a JOIN ticket t ON t.asset = a.id
         WHERE a.encode = $1 AND t.revoked_at IS NULL AND t.expires_at > $2)
     + (SELECT count(*) FROM video v WHERE v.id = $3 AND v.encode = $1)
     + (SELECT count(*) FROM encode n WHERE n.video = $3 AND n.id > $1 AND n.state IN ('waiting', 'probing', 'encoding'))

-- name: original_needed
-- By another version of this video, or by the file as fans get it.
SELECT (SELECT count(*) FROM encode e WHERE e.video = $1 AND e.blob = $2 AND e.id <> $3)
     + (SELECT count(*) FROM asset a WHERE a.video = $1 AND a.blob = $2 AND (a.encode IS NULL OR a.encode <> $3))

-- name: asset_follow
-- The original as fans get it goes with the newest version made of it, and its tickets with it.
UPDATE asset SET encode = $1 WHERE encode = $2 AND blob = $3 AND kind = 'original'
