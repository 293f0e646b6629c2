-- A spool has columns of the office's own. States are documents: an older program would refuse one that does.

-- up

-- down
UPDATE spools SET state = json_remove(state, '$.datos', '$.antes');
