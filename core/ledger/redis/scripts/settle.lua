-- The fate of requests whose answers never came: what was committed stays so, what was not never will be.
--
-- KEYS: request... ARGV: known identity, seq, id (see position), memory of requests (ms).
-- Returns the number of each request's event, NEVER for none; or a refusal (see position).

local _, refusal = position(ARGV[1], ARGV[2], ARGV[3])
if refusal then
  return refusal
end
local fates = {}
for i = 5, #KEYS do
  redis.call('SET', KEYS[i], NEVER, 'NX', 'PX', ARGV[4])
  fates[i - 4] = redis.call('GET', KEYS[i])
end
return fates
