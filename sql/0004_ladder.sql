-- What the settings asked of the ladder when an encode was planned: all its passes and chunks go by that, whatever they say later.
ALTER TABLE encode ADD COLUMN ladder TEXT;                        -- short sides: "240,360"; NULL: not planned yet
ALTER TABLE encode ADD COLUMN preset_early TEXT;
ALTER TABLE encode ADD COLUMN preset TEXT;
ALTER TABLE encode ADD COLUMN crf BIGINT;
