-- name: edge_request_add
INSERT INTO edge_request (request, at) VALUES ($1, $2) ON CONFLICT (request) DO NOTHING

-- name: edge_sent
UPDATE download SET logged_bytes = logged_bytes + $1 WHERE id = $2 AND state IN ('open', 'settled')
RETURNING id, account, size_bytes, logged_bytes

-- name: edge_failed
UPDATE download SET logged_failure_at = coalesce(logged_failure_at, $1) WHERE id = $2 AND state IN ('open', 'settled')
RETURNING id, account, size_bytes, logged_bytes

-- name: edge_refundable
-- Settled so long ago that no log is to come, and what failed was never made good, there or here.
SELECT id AS key FROM download
 WHERE logged_failure_at IS NOT NULL AND refunded_at IS NULL AND ended_at <= $1 AND state = 'settled' AND charged_files > 0
   AND logged_bytes + sent_bytes < size_bytes
 ORDER BY ended_at LIMIT 100
