-- How old somebody said to be, at least; years, 0: never said.
ALTER TABLE account ADD COLUMN confirmed_age BIGINT NOT NULL DEFAULT 0;
