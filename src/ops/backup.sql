-- name: needed_blobs
-- Every blob that a row needs; the size where the row knows it: that of an asset in parts is not its blob's.
SELECT blob AS key, size_bytes AS size FROM encode WHERE blob > $1
UNION SELECT blob AS key, size_bytes AS size FROM rendition WHERE blob IS NOT NULL AND blob > $1
UNION SELECT blob AS key, size_bytes AS size FROM chunk WHERE blob > $1
UNION SELECT blob AS key, size_bytes AS size FROM caption WHERE blob > $1
UNION SELECT blob AS key, size_bytes AS size FROM picture WHERE blob > $1
UNION SELECT blob AS key, CASE WHEN parts IS NULL THEN size_bytes END AS size FROM asset WHERE blob > $1
UNION SELECT purpose || '/' || id AS key, size FROM upload
       WHERE state = 'complete' AND purpose IN ('asset', 'poster') AND purpose || '/' || id > $1
ORDER BY key LIMIT 500

-- name: open_uploads
-- The bytes of each that are acknowledged, and the blob it will be.
SELECT id, purpose, received FROM upload WHERE state = 'open' AND received > 0 AND id > $1 ORDER BY id LIMIT 500
