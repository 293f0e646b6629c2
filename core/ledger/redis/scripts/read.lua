-- Some spools and a worker as of one moment.
--
-- KEYS: spools, workers, ledger. ARGV: worker id, tag... Returns {worker, state...}, '' for what is not there; or
-- {'copying'} (see standing).

if redis.call('HEXISTS', KEYS[3], 'copying') == 1 then
  return {'copying'}
end
local found = {redis.call('HGET', KEYS[2], ARGV[1]) or ''}
for i = 2, #ARGV do
  found[i] = redis.call('HGET', KEYS[1], ARGV[i]) or ''
end
return found
