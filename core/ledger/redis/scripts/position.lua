-- Where the log stands; a site that is looked at for the first time is given its identity.
--
-- KEYS: ledger, events. ARGV: a new identity, seq of the event the caller knows as its newest, identity it knows.
-- Returns {identity, seq, now (ms), newest event, event at that seq, whether the known identity's end was accepted}
-- (events '' when not there), or {'copying'}.

local site, refusal = standing(KEYS[1], KEYS[2], '')
if refusal then
  return refusal
end
if site.identity == '' then
  redis.call('HSET', KEYS[1], 'identity', ARGV[1])
  site.identity = ARGV[1]
end
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
local seen = redis.call('XRANGE', KEYS[2], ARGV[2] .. '-0', ARGV[2] .. '-0')[1]
return {
  site.identity,
  digits(site.seq),
  now(),
  newest and newest[2][2] or '',
  seen and seen[2][2] or '',
  redis.call('HEXISTS', KEYS[1], 'accepted:' .. ARGV[3]),
}
