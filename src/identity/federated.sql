-- name: federated_by_subject
-- $1: now.
SELECT a.id AS account, a.name, a.role, CASE WHEN a.member_until > $1 THEN 1 ELSE 0 END AS member,
       CASE WHEN a.disabled_at IS NULL THEN 0 ELSE 1 END AS disabled
  FROM account_identity i JOIN account a ON a.id = i.account
 WHERE i.issuer = $2 AND i.subject = $3

-- name: federated_add
INSERT INTO account_identity (issuer, subject, account, created_at) VALUES ($1, $2, $3, $4)

-- name: federated_role
UPDATE account SET role = $1 WHERE id = $2

-- name: federated_name_taken
SELECT count(*) FROM account WHERE name = $1
