-- lock_timeout: 10s
-- A load of data alone brings what these triggers make with the rest, and would stop at finding it there. pg_dump
-- lets its loads run with an empty search_path, and nothing else does: then they do not run.
create or replace trigger page_of_new after insert on comment
    referencing new table as added for each statement
    when (current_setting('search_path') <> '') execute function page_of_new();
create or replace trigger page_told_new after insert on page
    referencing new table as told for each statement
    when (current_setting('search_path') <> '') execute function page_told();
create or replace trigger page_closed after insert on closed_page
    referencing new table as told for each statement
    when (current_setting('search_path') <> '') execute function page_told();
create or replace trigger page_moved after insert on moved_page
    referencing new table as told for each statement
    when (current_setting('search_path') <> '') execute function page_moved();
create or replace trigger author_of_contact after insert on comment_contact for each row
    when (current_setting('search_path') <> '') execute function author_of_contact();
