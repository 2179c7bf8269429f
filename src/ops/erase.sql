-- name: erase_ask
INSERT INTO erasure (account, asked_at, due_at) VALUES ($1, $2, $3) ON CONFLICT (account) DO NOTHING

-- name: erase_next
SELECT e.account, e.stand_in, a.name FROM erasure e JOIN account a ON a.id = e.account WHERE e.due_at <= $1 ORDER BY e.due_at LIMIT 1

-- name: erase_disable
UPDATE account SET disabled_at = coalesce(disabled_at, $1) WHERE id = $2

-- name: erase_stand_in
-- Nobody signs in as it; its number and its name say nothing of whom it stands for.
INSERT INTO account (id, subject, name, role, created_at, disabled_at, history) VALUES ($1, $2, $3, 'fan', $4, $4, 0)

-- name: erase_begun
UPDATE erasure SET stand_in = $1 WHERE account = $2 AND stand_in IS NULL

-- name: erase_credentials
DELETE FROM credential WHERE account = $1

-- name: erase_known
DELETE FROM known_browser WHERE account = $1

-- name: erase_codes
DELETE FROM recovery_code WHERE account = $1

-- name: erase_history
DELETE FROM history WHERE account = $1 AND video IN (SELECT video FROM history WHERE account = $1 LIMIT 200)

-- name: erase_proofs
DELETE FROM proof WHERE account = $1 AND video IN (SELECT video FROM proof WHERE account = $1 LIMIT 200)

-- name: erase_keys
DELETE FROM idempotency WHERE account = $1 AND key IN (SELECT key FROM idempotency WHERE account = $1 LIMIT 200)

-- name: erase_playlist_videos
DELETE FROM playlist_video
 WHERE (playlist, video) IN (SELECT p.playlist, p.video FROM playlist l JOIN playlist_video p ON p.playlist = l.id WHERE l.account = $1 LIMIT 200)

-- name: erase_playlists
DELETE FROM playlist WHERE id IN (SELECT id FROM playlist WHERE account = $1 LIMIT 200)

-- name: erase_allowance
DELETE FROM allowance WHERE account = $1

-- name: erase_pause
DELETE FROM direct_pause WHERE account = $1

-- name: erase_follows
DELETE FROM follow WHERE account = $1 AND show IN (SELECT show FROM follow WHERE account = $1 LIMIT 200)

-- name: erase_notifications
DELETE FROM notification WHERE account = $1 AND news IN (SELECT news FROM notification WHERE account = $1 LIMIT 200)

-- name: erase_notification_setting
DELETE FROM notification_setting WHERE account = $1

-- name: erase_push
-- What waits to be sent goes with it.
DELETE FROM push_subscription WHERE account = $1

-- name: erase_oauth_codes
DELETE FROM oauth_code WHERE account = $1

-- name: erase_identities
DELETE FROM account_identity WHERE account = $1

-- name: erase_consents
DELETE FROM consent WHERE id IN (SELECT id FROM consent WHERE account = $1 LIMIT 200)

-- name: erase_playbacks
-- What was watched stays counted, as somebody's.
UPDATE playback SET account = NULL, visitor = NULL WHERE id IN (SELECT id FROM playback WHERE account = $1 LIMIT 200)

-- name: erase_liked
SELECT video AS id FROM liked WHERE account = $1 LIMIT 50

-- name: erase_said
SELECT id FROM comment WHERE account = $1 AND state <> 'deleted' LIMIT 50

-- name: erase_comments
UPDATE comment SET account = $1 WHERE id IN (SELECT id FROM comment WHERE account = $2 LIMIT 200)

-- name: erase_spoken_to
-- Comments of others that speak to this name; $1 is "name" with its quotes.
SELECT id FROM comment WHERE replace(mentions, $1, '') <> mentions AND state <> 'deleted' LIMIT 50

-- name: erase_mention
UPDATE comment SET mentions = replace(replace(replace(mentions, $1, ''), $2, ''), $3, '') WHERE id = $4

-- name: erase_reports
UPDATE report SET account = $1, note = NULL WHERE id IN (SELECT id FROM report WHERE account = $2 LIMIT 200)

-- name: erase_shares
UPDATE share SET account = $1 WHERE code IN (SELECT code FROM share WHERE account = $2 LIMIT 200)

-- name: erase_tickets_live
SELECT id FROM ticket WHERE account = $1 AND revoked_at IS NULL LIMIT 20

-- name: erase_ticket_end
UPDATE ticket SET revoked_at = $1 WHERE id = $2

-- name: erase_tickets
UPDATE ticket SET account = $1 WHERE id IN (SELECT id FROM ticket WHERE account = $2 LIMIT 200)

-- name: erase_day
-- Of downloads that are counted, day by day; a day without a quota has none.
SELECT day FROM quota WHERE owner = $1 ORDER BY day LIMIT 1

-- name: erase_ledger
UPDATE ledger SET account = $1 WHERE account = $2 AND download IN (SELECT id FROM download WHERE account = $2 AND day = $3)

-- name: erase_totals
UPDATE ledger_total SET owner = $1 WHERE owner = $2 AND day = $3

-- name: erase_downloads
UPDATE download SET account = $1 WHERE account = $2 AND day = $3

-- name: erase_quota
UPDATE quota SET owner = $1 WHERE owner = $2 AND day = $3

-- name: erase_left
-- Whether it ever put something into the catalog; these tables are walked whole, so fans skip them.
SELECT CASE WHEN EXISTS (SELECT 1 FROM upload WHERE account = $1) OR EXISTS (SELECT 1 FROM video WHERE created_by = $1)
              OR EXISTS (SELECT 1 FROM encode WHERE owner = $1) OR EXISTS (SELECT 1 FROM job WHERE owner = $1) THEN 1 ELSE 0 END

-- name: erase_uploads
UPDATE upload SET account = $1 WHERE account = $2

-- name: erase_videos
UPDATE video SET created_by = $1 WHERE n IN (SELECT n FROM video WHERE created_by = $2 LIMIT 200)

-- name: erase_encodes
UPDATE encode SET owner = $1 WHERE id IN (SELECT id FROM encode WHERE owner = $2 LIMIT 200)

-- name: erase_jobs
UPDATE job SET owner = $1 WHERE owner = $2

-- name: erase_turn
DELETE FROM turn WHERE owner = $1

-- name: erase_flags
-- A rule for the account is one for nobody from now on.
UPDATE flag SET rules = replace(rules, $1, $2), updated_by = replace(updated_by, $1, $2), version = version + 1
 WHERE replace(rules || updated_by, $1, '') <> rules || updated_by

-- name: erase_audited
SELECT CAST(n AS TEXT) AS id FROM audit
 WHERE replace(actor || ' ' || target || ' ' || coalesce(was, '') || ' ' || coalesce(became, ''), $1, '')
       <> actor || ' ' || target || ' ' || coalesce(was, '') || ' ' || coalesce(became, '') ORDER BY n LIMIT 50

-- name: erase_account
DELETE FROM account WHERE id = $1

-- name: erase_done
DELETE FROM erasure WHERE account = $1

-- name: erase_admins
SELECT count(*) FROM account WHERE role = 'admin' AND disabled_at IS NULL AND id <> $1

-- name: erase_is_admin
SELECT count(*) FROM account WHERE role = 'admin' AND id = $1
