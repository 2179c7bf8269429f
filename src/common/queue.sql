-- name: job_add
INSERT INTO job (id, kind, subject, detail, owner, heavy, priority, run_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: job_lease
-- Says again what job_next found: somebody may have been faster.
UPDATE job SET worker = $1, lease_until = $2, fence = fence + 1, attempts = attempts + 1
 WHERE id = $3 AND run_at <= $4 AND (lease_until IS NULL OR lease_until < $4)
   AND (heavy = 0 OR NOT EXISTS (SELECT 1 FROM job h WHERE h.heavy = 1 AND h.worker = $5 AND h.lease_until >= $4))
RETURNING id, kind, subject, detail, attempts, fence, owner

-- name: job_next
-- The waiting jobs stand in lines, one for each owner in each priority; `line` walks from head to head by the
-- index, however long the lines are. Of the first that is due in each, the owner's whose last turn is longest ago is next.
WITH RECURSIVE line (head) AS (
    SELECT (SELECT id FROM job ORDER BY priority, owner, run_at, id LIMIT 1)
    UNION ALL
    SELECT coalesce((SELECT n.id FROM job n WHERE n.priority = j.priority AND n.owner > j.owner
                      ORDER BY n.owner, n.run_at, n.id LIMIT 1),
                    (SELECT n.id FROM job n WHERE n.priority > j.priority
                      ORDER BY n.priority, n.owner, n.run_at, n.id LIMIT 1))
      FROM line JOIN job j ON j.id = line.head)
SELECT d.id
  FROM (SELECT (SELECT f.id FROM job f
                 WHERE f.priority = j.priority AND f.owner = j.owner
                   AND f.run_at <= $1 AND (f.lease_until IS NULL OR f.lease_until < $1)
                   AND (f.heavy = 0 OR NOT EXISTS (SELECT 1 FROM job h WHERE h.heavy = 1 AND h.worker = $2 AND h.lease_until >= $1))
                 ORDER BY f.run_at, f.id LIMIT 1) AS id
          FROM line JOIN job j ON j.id = line.head) due
  JOIN job d ON d.id = due.id LEFT JOIN turn t ON t.owner = d.owner
 ORDER BY d.priority, coalesce(t.n, 0) * $3, d.run_at, d.id LIMIT 1

-- name: turn_take
INSERT INTO turn (owner, n) SELECT $1, coalesce(max(n), 0) + 1 FROM turn WHERE true
    ON CONFLICT (owner) DO UPDATE SET n = excluded.n

-- name: turn_forget
-- Who has not had a turn for so long is as good as new.
DELETE FROM turn WHERE n < (SELECT max(n) FROM turn) - 1000

-- name: job_renew
UPDATE job SET lease_until = $1 WHERE id = $2 AND fence = $3

-- name: job_done
DELETE FROM job WHERE id = $1 AND fence = $2

-- name: job_retry
UPDATE job SET lease_until = NULL, worker = NULL, run_at = $1, said = $2 WHERE id = $3 AND fence = $4

-- name: job_release
UPDATE job SET lease_until = NULL, worker = NULL, attempts = attempts - 1, run_at = $1 WHERE id = $2 AND fence = $3

-- name: job_ours
SELECT count(*) FROM job WHERE id = $1 AND fence = $2

-- name: job_cancel
DELETE FROM job WHERE subject = $1

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
