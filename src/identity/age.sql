-- name: age_of
SELECT confirmed_age FROM account WHERE id = $1

-- name: age_set
UPDATE account SET confirmed_age = $1 WHERE id = $2
