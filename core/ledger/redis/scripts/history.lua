-- One spool's events, oldest first; of a log that was trimmed, those that are left.
--
-- KEYS: history. Returns {event...}, or {'copying'}.

if is_being_copied() then
  return {'copying'}
end
local found = {}
for _, seq in ipairs(redis.call('LRANGE', KEYS[5], 0, -1)) do
  found[#found + 1] = event_at(seq)
end
return found
