-- The requests that were committed within the memory's life, with their spools as they stand.
--
-- KEYS: spools, events, then the requests. Returns [position among them, event, state]...

local found = {}
for i = 3, #KEYS do
  local seq = redis.call('GET', KEYS[i])
  local entry = seq and redis.call('XRANGE', KEYS[2], seq .. '-0', seq .. '-0')[1]
  if entry then
    local tag = cjson.decode(entry[2][2])['tag_spool']
    found[#found + 1] = {i - 3, entry[2][2], redis.call('HGET', KEYS[1], tag) or ''}
  end
end
return found
