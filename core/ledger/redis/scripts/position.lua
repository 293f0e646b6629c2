-- The log's position; a site that is used for the first time gets its identity, an older program's our format.
--
-- ARGV: a new identity, seq of the newest event the caller knows, identity it knows.
-- Returns {identity, seq, now (ms), newest event, event at that seq, whether the end of the known identity was accepted}
-- (events '' when not there), or {'copying'}.

local site, refusal = position('')
if refusal then
  return refusal
end
if site.identity == '' then
  redis.call('HSET', ledger, 'identity', ARGV[1])
  site.identity = ARGV[1]
end
if format < FORMAT then
  -- From now on an older program refuses the site: it could drop what it does not know.
  redis.call('HSET', ledger, 'format', FORMAT)
end
local newest = redis.call('XREVRANGE', events, '+', '-', 'COUNT', 1)[1]
return {
  site.identity,
  digits(site.seq),
  now(),
  newest and newest[2][2] or '',
  event_at(ARGV[2]) or '',
  redis.call('HEXISTS', ledger, 'accepted:' .. ARGV[3]),
}
