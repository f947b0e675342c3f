-- How far rows of before are brought to the form of this release stands in `brought_to`, with the form of pages that
-- it is: when that changes all are looked at again. The release before begins anew, should it come back.
delete from installation where name = 'backfilled_to';
