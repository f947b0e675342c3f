-- `1½` is found as `1 1/2`, which its normal form would make eleven halves. comments/backfill.py fills rows of before anew.
create or replace function search_form(value text) returns text
language plpgsql immutable parallel safe strict set search_path = pg_catalog as $$
begin
    if octet_length(value) > length(value) then
        value := regexp_replace(value, '([0-9])([\u00bc-\u00be\u2150-\u215f\u2189])', '\1 \2', 'g');
        value := replace(replace(replace(lower(normalize(value, NFKD)), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe');
        value := translate(value, U&'øłđħıς\06a9\06aa\06cc\0649\06c0\06d5\06c1\06be\05be\05f3\05f4\02b9\02ba\02bb\02bc\02bd',
            U&'oldhiσ\0643\0643\064a\064a\0647\0647\0647\0647        ');
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
