-- Some spools and a worker as of one moment.
--
-- KEYS: spools, workers. ARGV: worker id, tag... Returns {worker, state...}, '' for what is not there.

local found = {redis.call('HGET', KEYS[2], ARGV[1]) or ''}
for i = 2, #ARGV do
  found[i] = redis.call('HGET', KEYS[1], ARGV[i]) or ''
end
return found
