-- name: consent_add
INSERT INTO consent (id, account, purpose, text_version, granted, at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: consent_list
-- $1: the version of the words now. Whether the history is kept stands in the account.
SELECT 'history' AS purpose, a.history AS granted, $1 AS text_version, c.at, c.text_version AS said
  FROM account a LEFT JOIN consent c ON c.id = (SELECT max(l.id) FROM consent l WHERE l.account = a.id AND l.purpose = 'history')
 WHERE a.id = $2
UNION ALL
SELECT 'push', coalesce(c.granted, 0), $1, c.at, c.text_version
  FROM account a LEFT JOIN consent c ON c.id = (SELECT max(l.id) FROM consent l WHERE l.account = a.id AND l.purpose = 'push')
 WHERE a.id = $2

-- name: consent_held
SELECT count(*) FROM consent
 WHERE id = (SELECT max(l.id) FROM consent l WHERE l.account = $1 AND l.purpose = $2) AND granted = 1
