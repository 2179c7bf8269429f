-- name: audit_last
SELECT n, at, actor, action, target, was, became, previous, hash FROM audit ORDER BY n DESC LIMIT 1

-- name: audit_add
INSERT INTO audit (n, at, actor, action, target, was, became, previous, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: audit_cut_n
-- Behind this row the chain begins; 0: with the first.
SELECT n FROM audit_cut

-- name: audit_cut_hash
SELECT hash FROM audit_cut

-- name: audit_drop
DELETE FROM audit WHERE n <= $1

-- name: audit_cut_move
UPDATE audit_cut SET n = $1, hash = $2 WHERE n < $1

-- name: audit_after
SELECT n, at, actor, action, target, was, became, previous, hash FROM audit WHERE n > $1 ORDER BY n LIMIT 500

-- name: audit_of
SELECT n, at, actor, action, target, was, became, previous, hash FROM audit WHERE n = $1

-- name: audit_redact
UPDATE audit SET actor = replace(actor, $1, $2), target = replace(target, $1, $2), was = replace(was, $1, $2), became = replace(became, $1, $2)
 WHERE n = $3

-- name: audit_redacted
-- What the row is since somebody was taken out of it, as a later row of the chain says.
SELECT became FROM audit WHERE action = 'audit.redact' AND target = $1 AND n > $2 ORDER BY n DESC LIMIT 1
