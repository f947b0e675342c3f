-- statement_timeout: 10min
-- Comments are found by what one sees: one form for all spellings, made here so that every row has it,
-- those of the release before too. Rows of before are filled in the background, see comments/backfill.py.

-- Lower case without accents and invisible characters, words apart. Signs, and letters of scripts
-- without spaces, are words of their own. Which characters part words does not depend on a locale.
create function search_form(value text) returns text
language plpgsql immutable parallel safe strict set search_path = pg_catalog as $$
begin
    if octet_length(value) > length(value) then
        value := replace(replace(replace(lower(normalize(value, NFKD)), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
        value := translate(value, 'øłđħıς', 'oldhiσ');
        value := regexp_replace(value, '[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u061c'
            '\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f'
            '\u202a-\u202e\u2060-\u206f\u20d0-\u20f0\u3099\u309a\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff'
            '\U000e0000-\U000e01ef]+', '', 'g');
        value := regexp_replace(value, '([\u00a2-\u00a9\u00ac\u00ae-\u00b1\u0e00-\u0fff\u1000-\u109f'
            '\u1780-\u17ff\u2070-\u2dff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff'
            '\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff])', ' \1 ', 'g');
        value := regexp_replace(value, '[\u0080-\u00a1\u00ab\u00b6\u00b7\u00bb\u00bf\u2000-\u206f'
            '\u2e00-\u2e7f\u3000-\u3004\u3008-\u303f\u30fb]+', ' ', 'g');
    else
        value := lower(value);
    end if;
    value := regexp_replace(value, '([#$%&*+<=>@^_~|])', ' \1 ', 'g');
    return btrim(regexp_replace(value, '[\u0001-\u0022\u0027-\u0029\u002c-\u002f\u003a\u003b\u003f\u005b-\u005d'
        '\u0060\u007b\u007d\u007f ]+', ' ', 'g'));
end $$;

-- The words of a form. A word of hundreds of letters is found by its beginning: a lexeme is bounded.
create function search_words(form text) returns tsvector
language sql immutable parallel safe strict set search_path = pg_catalog as $$
    select array_to_tsvector(array(
        select distinct left(word, 60) from unnest(string_to_array(form, ' ')) word where word <> ''
    ))
$$;

-- What finds texts with all words of a form, or with words that begin so.
create function search_query(form text) returns tsquery
language sql immutable parallel safe strict set search_path = pg_catalog as $$
    select string_agg('''' || left(word, 60) || ''':*', ' & ')::tsquery
    from unnest(string_to_array(form, ' ')) word where word <> ''
$$;

create function comment_found_by() returns trigger
language plpgsql set search_path from current as $$
begin
    new.found_by := search_words(search_form(new.name || ' ' || new.body));
    return new;
end $$;

alter table comment add column found_by tsvector;  -- of name and body; null until filled
create trigger comment_found_by before insert or update of name, body on comment
    for each row execute function comment_found_by();
create index comment_found_by on comment using gin (found_by);
