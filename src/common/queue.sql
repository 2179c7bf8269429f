-- name: job_add
INSERT INTO job (id, kind, subject, detail, owner, heavy, priority, run_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: job_lease
UPDATE job SET worker = $1, lease_until = $2, fence = fence + 1, attempts = attempts + 1
 WHERE id = (SELECT id FROM job WHERE run_at <= $3 AND (lease_until IS NULL OR lease_until < $4)
              ORDER BY priority, run_at, id LIMIT 1)
RETURNING id, kind, subject, detail, attempts, fence, owner

-- name: job_due
SELECT count(*) FROM job WHERE run_at <= $1 AND (lease_until IS NULL OR lease_until < $2)

-- name: job_renew
UPDATE job SET lease_until = $1 WHERE id = $2 AND fence = $3

-- name: job_done
DELETE FROM job WHERE id = $1 AND fence = $2

-- name: job_retry
UPDATE job SET lease_until = NULL, worker = NULL, run_at = $1, said = $2 WHERE id = $3 AND fence = $4

-- name: job_release
UPDATE job SET lease_until = NULL, worker = NULL, attempts = attempts - 1, run_at = $1 WHERE id = $2 AND fence = $3

-- name: job_held
SELECT count(*) FROM job WHERE id = $1 AND fence = $2 AND lease_until >= $3

-- name: job_pending
SELECT count(*) FROM job

-- name: worker_seen
INSERT INTO worker (id, seen_at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at

-- name: worker_gone
DELETE FROM worker WHERE id = $1

-- name: worker_forget
DELETE FROM worker WHERE seen_at < $1

-- name: worker_alive
SELECT count(*) FROM worker WHERE seen_at >= $1

-- name: job_asked
SELECT count(*) FROM job WHERE subject = $1 AND kind = $2 AND detail = $3

-- name: job_drop_of
-- Whoever holds one finds its fence gone.
DELETE FROM job WHERE subject = $1

-- name: job_waiting
-- Not begun: it will see what changes now.
SELECT count(*) FROM job WHERE subject = $1 AND kind = $2 AND lease_until IS NULL
