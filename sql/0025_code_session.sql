-- A code is of the session in which it was asked for, and ends with it.
ALTER TABLE oauth_code ADD COLUMN session TEXT; -- NULL: of before; works no more
