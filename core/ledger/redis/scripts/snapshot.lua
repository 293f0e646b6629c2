-- All of a site but its spools, which may be many: they are read a page at a time, between two of these.
--
-- KEYS: ledger, workers. Returns {seq, number of loads so far, workers}, or {'copying'}.

local site, refusal = standing(KEYS[1], '', '')
if refusal then
  return refusal
end
return {digits(site.seq), redis.call('HGET', KEYS[1], 'loads') or '0', redis.call('HVALS', KEYS[2])}
