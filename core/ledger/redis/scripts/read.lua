-- Some spools, a worker, and which requests are remembered, as of one moment.
--
-- KEYS: request... ARGV: worker id, tag... Returns {worker, identity, {state...}, {{index of the request, event,
-- state}...}}, '' for what is not there; or {'copying'}.

if is_being_copied() then
  return {'copying'}
end
local states, repeated = {}, {}
for i = 2, #ARGV do
  states[i - 1] = redis.call('HGET', spools, ARGV[i]) or ''
end
for i = 5, #KEYS do
  local seq = redis.call('GET', KEYS[i])
  local event = seq and event_at(seq)
  local state = event and redis.call('HGET', spools, cjson.decode(event).tag_spool)
  if state then
    repeated[#repeated + 1] = {i - 5, event, state}
  end
end
return {
  redis.call('HGET', workers, ARGV[1]) or '',
  redis.call('HGET', ledger, 'identity') or '',
  states,
  repeated,
}
