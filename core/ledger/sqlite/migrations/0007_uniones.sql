-- A spool has joints, and may be held back. States are documents: an older program would refuse one that does.

-- up

-- down
UPDATE spools SET state = json_remove(state, '$.uniones', '$.retencion');
