-- The whole site as of one moment.
--
-- KEYS: ledger, spools, workers. Returns {seq, loads, spools, workers}, or {'copying'}.

local site, refusal = standing(KEYS[1], '', '')
if refusal then
  return refusal
end
local loads = redis.call('HGET', KEYS[1], 'loads') or '0'
return {digits(site.seq), loads, redis.call('HVALS', KEYS[2]), redis.call('HVALS', KEYS[3])}
