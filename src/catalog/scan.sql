-- name: scan_of_blob
-- Of the bytes $2 in the blob $1; what was made of an original has that one's. No row: nothing is known.
SELECT s.verdict, s.signature
  FROM scan s
 WHERE s.sha256 = coalesce((SELECT e.sha256 FROM asset a JOIN encode e ON e.id = a.encode
                             WHERE a.blob = $1 AND a.kind IN ('rendition', 'audio') LIMIT 1), $2)

-- name: scan_due
SELECT a.blob AS key, a.sha256 FROM asset a LEFT JOIN scan s ON s.sha256 = a.sha256
 WHERE a.kind NOT IN ('rendition', 'audio')
   AND (s.sha256 IS NULL OR (s.verdict IN ('pending', 'failed') AND s.due_at <= $1))
   AND NOT EXISTS (SELECT 1 FROM job j WHERE j.subject = a.sha256 AND j.kind = 'scan')
 ORDER BY a.id DESC LIMIT 100

-- name: scan_ask
INSERT INTO scan (sha256, blob, verdict, due_at, at) VALUES ($1, $2, 'pending', $3, $3)
    ON CONFLICT (sha256) DO UPDATE SET blob = excluded.blob

-- name: scan_attempts
SELECT attempts FROM scan WHERE sha256 = $1

-- name: scan_record
UPDATE scan SET verdict = $1, signature = $2, said = $3, scanner = $4, attempts = $5, due_at = $6, at = $7 WHERE sha256 = $8

-- name: scan_told
-- Whoever kept the asset's ETag reads it again.
UPDATE asset SET version = version + 1 WHERE sha256 = $1

-- name: scan_count
SELECT count(DISTINCT s.sha256) FROM scan s JOIN asset a ON a.sha256 = s.sha256 WHERE s.verdict = $1

-- name: scan_unknown
SELECT count(DISTINCT a.sha256) FROM asset a LEFT JOIN scan s ON s.sha256 = a.sha256
 WHERE a.kind NOT IN ('rendition', 'audio') AND s.sha256 IS NULL
