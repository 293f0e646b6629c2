-- Some spools, a worker, and which requests were committed within the memory's life, as of one moment.
--
-- KEYS: ledger, spools, workers, events, then the requests. ARGV: worker id, tag... Returns {worker, {state...},
-- {{position among the requests, event, state of its spool}...}}, '' for what is not there; or {'copying'} (see standing).

if redis.call('HEXISTS', KEYS[1], 'copying') == 1 then
  return {'copying'}
end
local states, repeated = {}, {}
for i = 2, #ARGV do
  states[i - 1] = redis.call('HGET', KEYS[2], ARGV[i]) or ''
end
for i = 5, #KEYS do
  local seq = redis.call('GET', KEYS[i])
  local entry = seq and redis.call('XRANGE', KEYS[4], seq .. '-0', seq .. '-0')[1]
  local state = entry and redis.call('HGET', KEYS[2], cjson.decode(entry[2][2])['tag_spool'])
  if state then
    repeated[#repeated + 1] = {i - 5, entry[2][2], state}
  end
end
return {redis.call('HGET', KEYS[3], ARGV[1]) or '', states, repeated}
