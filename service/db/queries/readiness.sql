-- Can the database be written to? What is written is rolled back.

-- name: try_to_write
-- Write a row, and say the encoding: other than UTF8 cannot keep what readers write.
with written as (insert into write_trial default values)
select current_setting('server_encoding');
