-- One spool's events, oldest first; of a log that was trimmed, those that are left.
--
-- KEYS: history, events, ledger. Returns [event...], or {'copying'} (see standing).

if redis.call('HEXISTS', KEYS[3], 'copying') == 1 then
  return {'copying'}
end
local found = {}
for _, seq in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local entry = redis.call('XRANGE', KEYS[2], seq .. '-0', seq .. '-0')[1]
  if entry then
    found[#found + 1] = entry[2][2]
  end
end
return found
