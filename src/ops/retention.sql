-- name: retention_outbox
-- The oldest alone are looked at, and the newest stays: it numbers what follows.
DELETE FROM outbox WHERE n IN (SELECT n FROM (SELECT n, created_at FROM outbox ORDER BY n LIMIT 500) old
                                WHERE created_at < $1 AND n < (SELECT max(n) FROM outbox))

-- name: retention_outbox_old
SELECT count(*) FROM (SELECT n, created_at FROM outbox ORDER BY n LIMIT 500) old
 WHERE created_at < $1 AND n < (SELECT max(n) FROM outbox)

-- name: retention_known_old
SELECT count(*) FROM (SELECT at FROM known_browser WHERE at < $1 LIMIT 500) old

-- name: retention_known
DELETE FROM known_browser WHERE at < $1 AND (account, hash) IN (SELECT account, hash FROM known_browser WHERE at < $1 ORDER BY at LIMIT 500)

-- name: retention_visitors
SELECT id AS key FROM playback WHERE visitor IS NOT NULL AND updated_at < $1 LIMIT 200

-- name: retention_visitor_forget
UPDATE playback SET visitor = NULL WHERE id = $1 AND updated_at < $2

-- name: retention_agents
SELECT id AS key FROM credential WHERE agent IS NOT NULL AND (revoked_at < $1 OR expires_at < $1) LIMIT 200

-- name: retention_agent_forget
UPDATE credential SET agent = NULL WHERE id = $1 AND (revoked_at < $2 OR expires_at < $2)

-- name: retention_requests_old
SELECT count(*) FROM (SELECT at FROM edge_request WHERE at < $1 LIMIT 500) old

-- name: retention_requests
DELETE FROM edge_request WHERE at < $1 AND request IN (SELECT request FROM edge_request WHERE at < $1 ORDER BY at LIMIT 500)

-- name: retention_pauses_old
SELECT count(*) FROM (SELECT until FROM direct_pause WHERE until < $1 LIMIT 500) old

-- name: retention_pauses
DELETE FROM direct_pause WHERE until < $1 AND account IN (SELECT account FROM direct_pause WHERE until < $1 ORDER BY until LIMIT 500)
