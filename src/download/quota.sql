-- name: quota_of_account
-- What it may, where an allowance says so, and what is spent in the day.
SELECT CASE WHEN a.role = 'fan' AND a.member_until > $1 THEN 'premium' ELSE a.role END AS role, w.files AS max_files, w.bytes AS max_bytes, coalesce(q.used_files, 0) AS used_files,
       coalesce(q.reserved_files, 0) AS reserved_files, coalesce(q.used_bytes, 0) AS used_bytes, coalesce(q.reserved_bytes, 0) AS reserved_bytes
  FROM account a LEFT JOIN allowance w ON w.account = a.id LEFT JOIN quota q ON q.owner = a.id AND q.day = $2
 WHERE a.id = $3

-- name: quota_reserve
-- The limit is part of the statement: whatever was read before it may be old by now.
INSERT INTO quota (owner, day, reserved_files, reserved_bytes)
SELECT $1, $2, 1, $3 WHERE 1 <= $4 AND $3 <= $5
    ON CONFLICT (owner, day) DO UPDATE SET reserved_files = quota.reserved_files + 1, reserved_bytes = quota.reserved_bytes + $3
 WHERE quota.used_files + quota.reserved_files + 1 <= $4 AND quota.used_bytes + quota.reserved_bytes + $3 <= $5

-- name: quota_move
UPDATE quota SET used_files = used_files + $1, reserved_files = reserved_files + $2, used_bytes = used_bytes + $3,
       reserved_bytes = reserved_bytes + $4
 WHERE owner = $5 AND day = $6

-- name: allowance_set
INSERT INTO allowance (account, files, bytes, changed_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (account) DO UPDATE SET files = excluded.files, bytes = excluded.bytes, changed_at = excluded.changed_at

-- name: allowance_drop
DELETE FROM allowance WHERE account = $1
