-- name: push_subscribe
-- The same endpoint again: whoever has it now. No row when there are too many ($9).
INSERT INTO push_subscription (id, account, endpoint, p256dh, auth, language, credential, created_at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8
 WHERE (SELECT count(*) FROM push_subscription WHERE account = $2 AND endpoint <> $3) < $9
    ON CONFLICT (endpoint) DO UPDATE SET account = excluded.account, p256dh = excluded.p256dh, auth = excluded.auth,
       language = excluded.language, credential = excluded.credential, failures = 0

-- name: push_forget
-- What waits for whoever had the endpoint before is not for who has it now.
DELETE FROM push WHERE subscription = (SELECT id FROM push_subscription WHERE endpoint = $1 AND account <> $2)

-- name: push_subscribed
SELECT id, endpoint AS service, language, created_at FROM push_subscription WHERE account = $1 AND endpoint = $2

-- name: push_list
SELECT id, endpoint AS service, language, created_at FROM push_subscription WHERE account = $1 ORDER BY id DESC LIMIT 100

-- name: push_unsubscribe
DELETE FROM push_subscription WHERE id = $1 AND account = $2

-- name: push_count
SELECT count(*) FROM push_subscription WHERE account = $1

-- name: push_unsubscribe_all
DELETE FROM push_subscription WHERE account = $1

-- name: push_end
DELETE FROM push_subscription WHERE id = $1

-- name: push_next
SELECT subscription, news FROM push WHERE run_at <= $1 ORDER BY run_at LIMIT 1

-- name: push_hold
-- One message of a subscription at a time. No row: somebody else sends one now.
UPDATE push_subscription SET wait_until = $1 WHERE id = $2 AND wait_until <= $3

-- name: push_row
SELECT p.subscription, p.news, p.at, s.account, s.endpoint, s.p256dh, s.auth, s.language, s.failures,
       CASE WHEN a.disabled_at IS NULL
             AND NOT EXISTS (SELECT 1 FROM credential c WHERE c.id = s.credential AND c.revoked_at IS NOT NULL) THEN 1 ELSE 0 END AS live
  FROM push p JOIN push_subscription s ON s.id = p.subscription JOIN account a ON a.id = s.account
 WHERE p.subscription = $1 AND p.news = $2

-- name: push_later
UPDATE push SET run_at = $1 WHERE subscription = $2

-- name: push_done
DELETE FROM push WHERE subscription = $1 AND news = $2

-- name: push_wait
UPDATE push_subscription SET wait_until = $1, failures = $2 WHERE id = $3
