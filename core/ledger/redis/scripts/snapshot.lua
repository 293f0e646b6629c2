-- All of a site but its spools, which may be many: they are read a page at a time, between two of these.
--
-- Returns {seq, number of loads so far, workers}, or {'copying'}.

local site, refusal = position('')
if refusal then
  return refusal
end
return {digits(site.seq), redis.call('HGET', ledger, 'loads') or '0', redis.call('HVALS', workers)}
