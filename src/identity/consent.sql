-- name: consent_add
INSERT INTO consent (id, account, purpose, text_version, granted, at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: consent_list
-- $1: the version of the words now. There is one purpose, whose state stands in the account.
SELECT 'history' AS purpose, a.history AS granted, $1 AS text_version, c.at, c.text_version AS said
  FROM account a LEFT JOIN consent c ON c.id = (SELECT max(l.id) FROM consent l WHERE l.account = a.id AND l.purpose = 'history')
 WHERE a.id = $2
