-- name: ledger_add
INSERT INTO ledger (download, kind, account, day, ticket, used_files, reserved_files, used_bytes, reserved_bytes, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)

-- name: ledger_differs
-- Quotas that are not the sums of their entries, and entries whose quota is not there.
WITH entry (owner, day, used_files, reserved_files, used_bytes, reserved_bytes) AS (
    SELECT account, day, used_files, reserved_files, used_bytes, reserved_bytes FROM ledger
    UNION ALL SELECT ticket, 0, used_files, reserved_files, used_bytes, reserved_bytes FROM ledger
    UNION ALL SELECT owner, day, used_files, reserved_files, used_bytes, reserved_bytes FROM ledger_total
    UNION ALL SELECT owner, day, -used_files, -reserved_files, -used_bytes, -reserved_bytes FROM quota)
SELECT count(*) FROM (SELECT 1 FROM entry GROUP BY owner, day
                      HAVING sum(used_files) <> 0 OR sum(reserved_files) <> 0 OR sum(used_bytes) <> 0 OR sum(reserved_bytes) <> 0) off

-- name: ledger_unfinished
-- Downloads whose state is not what their entries say.
SELECT count(*) FROM download d
 WHERE (SELECT coalesce(max(kind), '') || count(*) FROM ledger l WHERE l.download = d.id AND l.kind <> 'refund')
    <> CASE d.state WHEN 'reserved' THEN 'reserve1' WHEN 'open' THEN 'reserve2' WHEN 'void' THEN 'void2' ELSE 'settle3' END

-- name: ledger_forget
DELETE FROM quota

-- name: ledger_rebuild
INSERT INTO quota (owner, day, used_files, reserved_files, used_bytes, reserved_bytes)
SELECT owner, day, sum(used_files), sum(reserved_files), sum(used_bytes), sum(reserved_bytes) FROM (
    SELECT account AS owner, day, used_files, reserved_files, used_bytes, reserved_bytes FROM ledger
    UNION ALL SELECT ticket, 0, used_files, reserved_files, used_bytes, reserved_bytes FROM ledger
    UNION ALL SELECT owner, day, used_files, reserved_files, used_bytes, reserved_bytes FROM ledger_total) entry
 GROUP BY owner, day

-- name: ledger_old
SELECT id AS key FROM download WHERE ended_at < $1 AND state IN ('settled', 'void') ORDER BY ended_at LIMIT 50

-- name: ledger_total_of_account
INSERT INTO ledger_total (owner, day, used_files, reserved_files, used_bytes, reserved_bytes)
SELECT account, day, sum(used_files), sum(reserved_files), sum(used_bytes), sum(reserved_bytes) FROM ledger WHERE download = $1 GROUP BY account, day
    ON CONFLICT (owner, day) DO UPDATE SET
       used_files = ledger_total.used_files + excluded.used_files, reserved_files = ledger_total.reserved_files + excluded.reserved_files,
       used_bytes = ledger_total.used_bytes + excluded.used_bytes, reserved_bytes = ledger_total.reserved_bytes + excluded.reserved_bytes

-- name: ledger_total_of_ticket
INSERT INTO ledger_total (owner, day, used_files, reserved_files, used_bytes, reserved_bytes)
SELECT ticket, 0, sum(used_files), sum(reserved_files), sum(used_bytes), sum(reserved_bytes) FROM ledger WHERE download = $1 GROUP BY ticket
    ON CONFLICT (owner, day) DO UPDATE SET
       used_files = ledger_total.used_files + excluded.used_files, reserved_files = ledger_total.reserved_files + excluded.reserved_files,
       used_bytes = ledger_total.used_bytes + excluded.used_bytes, reserved_bytes = ledger_total.reserved_bytes + excluded.reserved_bytes

-- name: ledger_drop
DELETE FROM ledger WHERE download = $1

-- name: ledger_drop_download
DELETE FROM download WHERE id = $1
