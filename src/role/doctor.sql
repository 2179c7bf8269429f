-- name: doctor_blob_needed
SELECT (SELECT count(*) FROM encode WHERE blob = $1) + (SELECT count(*) FROM rendition WHERE blob = $1)
     + (SELECT count(*) FROM chunk WHERE blob = $1) + (SELECT count(*) FROM caption WHERE blob = $1)
     + (SELECT count(*) FROM picture WHERE blob = $1) + (SELECT count(*) FROM asset WHERE blob = $1)
     + (SELECT count(*) FROM upload WHERE state = 'complete' AND purpose || '/' || id = $1)
     + (SELECT count(*) FROM job WHERE subject = $1)

-- name: doctor_unindexed
-- A version that is being dropped loses its segments first.
SELECT (SELECT count(*) FROM rendition r WHERE r.state = 'ready' AND NOT EXISTS (SELECT 1 FROM segment s WHERE s.rendition = r.id)
           AND NOT EXISTS (SELECT 1 FROM job j WHERE j.subject = r.encode AND j.kind = 'drop-encode'))
     + (SELECT count(*) FROM rendition r JOIN segment s ON s.rendition = r.id WHERE r.state = 'ready' AND s.at + s.size > r.size_bytes)

-- name: doctor_text
-- only: sqlite
SELECT abs((SELECT count(*) FROM video) - (SELECT count(*) FROM video_text))

-- name: doctor_text_check
-- only: sqlite
INSERT INTO video_text (video_text) VALUES ('integrity-check')

-- name: doctor_text_rebuild
-- only: sqlite
DELETE FROM video_text
