-- name: grant_reserve
-- Of a ticket that lives, with the bytes its asset has now.
INSERT INTO download (id, ticket, account, asset, filename, media_type, blob, parts, sha256, size_bytes, state, day, reserved_at, start_by, resume_until)
SELECT $1, t.id, t.account, a.id, a.filename, a.media_type, a.blob, a.parts, a.sha256, a.size_bytes, 'reserved', $2, $3, $4, t.expires_at
  FROM ticket t JOIN asset a ON a.id = t.asset
 WHERE t.id = $5 AND t.revoked_at IS NULL AND t.expires_at > $3
RETURNING id, ticket, account, asset, filename, media_type, blob, parts, sha256, size_bytes, state, day, reserved_at, start_by, started_at,
          resume_until, covered_bytes, coverage, sent_bytes, sent_since, charged_files, charged_bytes

-- name: grant_of_ticket
SELECT id, ticket, account, asset, filename, media_type, blob, parts, sha256, size_bytes, state, day, reserved_at, start_by, started_at,
          resume_until, covered_bytes, coverage, sent_bytes, sent_since, charged_files, charged_bytes
  FROM download WHERE ticket = $1 AND state IN ('reserved', 'open')

-- name: grant_post
UPDATE download SET state = 'open', started_at = $1, covered_at = $1, resume_until = CASE WHEN resume_until < $2 THEN resume_until ELSE $2 END,
       charged_files = 1, charged_bytes = size_bytes
 WHERE id = $3 AND state = 'reserved'
RETURNING id, ticket, account, asset, filename, media_type, blob, parts, sha256, size_bytes, state, day, reserved_at, start_by, started_at,
          resume_until, covered_bytes, coverage, sent_bytes, sent_since, charged_files, charged_bytes

-- name: grant_busy
-- Whether bytes of it were written down since $2: more may be on their way.
SELECT count(*) FROM download WHERE id = $1 AND state = 'open' AND covered_at > $2

-- name: grant_open
SELECT id, ticket, account, asset, filename, media_type, blob, parts, sha256, size_bytes, state, day, reserved_at, start_by, started_at,
          resume_until, covered_bytes, coverage, sent_bytes, sent_since, charged_files, charged_bytes
  FROM download WHERE id = $1 AND state = 'open'

-- name: grant_void
UPDATE download SET state = 'void', ended_at = $1 WHERE id = $2 AND state = 'reserved'
RETURNING id, ticket, account, asset, filename, media_type, blob, parts, sha256, size_bytes, state, day, reserved_at, start_by, started_at,
          resume_until, covered_bytes, coverage, sent_bytes, sent_since, charged_files, charged_bytes

-- name: grant_cover
-- Coverage only grows: what was written down out of turn says less, and is let go.
UPDATE download SET covered_bytes = $1, coverage = $2, sent_bytes = $3, sent_since = $4, covered_at = $5
 WHERE id = $6 AND state = 'open' AND covered_bytes <= $1 AND sent_since <= $4

-- name: grant_failed
UPDATE download SET failed_at = $1 WHERE id = $2 AND state = 'open' AND failed_at IS NULL

-- name: grant_complete
UPDATE download SET completed_at = $1
 WHERE id = $2 AND state = 'open' AND completed_at IS NULL AND covered_bytes = size_bytes
RETURNING id, ticket, account, asset, filename, media_type, blob, parts, sha256, size_bytes, state, day, reserved_at, start_by, started_at,
          resume_until, covered_bytes, coverage, sent_bytes, sent_since, charged_files, charged_bytes

-- name: grant_settle
-- The count comes back when next to nothing was delivered, or when we failed and never made it good.
UPDATE download SET state = 'settled', ended_at = $1, charged_bytes = covered_bytes,
       charged_files = CASE WHEN covered_bytes * 100 < size_bytes OR (failed_at IS NOT NULL AND completed_at IS NULL) THEN 0 ELSE 1 END
 WHERE id = $2 AND state = 'open'
RETURNING id, ticket, account, asset, filename, media_type, blob, parts, sha256, size_bytes, state, day, reserved_at, start_by, started_at,
          resume_until, covered_bytes, coverage, sent_bytes, sent_since, charged_files, charged_bytes

-- name: grant_refund
UPDATE download SET refunded_at = $1 WHERE id = $2 AND state = 'settled' AND refunded_at IS NULL
RETURNING id, ticket, account, asset, filename, media_type, blob, parts, sha256, size_bytes, state, day, reserved_at, start_by, started_at,
          resume_until, covered_bytes, coverage, sent_bytes, sent_since, charged_files, charged_bytes

-- name: grant_cut
-- Of a ticket that ends before its time.
UPDATE download SET resume_until = $1 WHERE ticket = $2 AND state = 'open' AND resume_until > $1

-- name: grant_due
-- Reservations nobody began, and downloads whose time is over and of which nothing is being sent.
SELECT id, state FROM download WHERE state = 'reserved' AND start_by <= $1
UNION ALL
SELECT id, state FROM download WHERE state = 'open' AND resume_until <= $1 AND covered_at <= $2
LIMIT 100

-- name: grant_list
SELECT id, asset AS asset_id, filename, size_bytes, state, reserved_at, started_at, resume_until, covered_bytes, charged_files,
       charged_bytes, refunded_at
  FROM download WHERE account = $1 AND id < $2 ORDER BY id DESC LIMIT $3

-- name: grant_subject
SELECT subject FROM account WHERE id = $1
