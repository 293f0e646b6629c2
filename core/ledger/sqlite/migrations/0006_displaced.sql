-- An occupation says whom it displaced. States are documents: an older program would refuse one that does.

-- up

-- down
UPDATE spools SET state = json_remove(state, '$.ocupacion.desplaza');
