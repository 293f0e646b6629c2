-- Accept the ledger as it is, after it lost its past: an event, and a new identity that tells it from what it was.
--
-- KEYS: ledger, events. ARGV: identity found, identity known before, new identity, channel, event.
-- Returns {'done', seq, now (ms)}, {'conflict'} when it is another ledger again, or {'copying'}.

local site, refusal = standing(KEYS[1], KEYS[2], '')
if refusal then
  return refusal
end
if site.identity == ARGV[3] then
  -- It was done before, and the reply was lost.
  return cjson.decode(redis.call('HGET', KEYS[1], 'accepted_as'))
end
if site.identity ~= ARGV[1] then
  return {'conflict'}
end
local ts, seq = now(), digits(site.seq + 1)
append(KEYS[1], KEYS[2], seq, ts, ARGV[5])
local done = {'done', seq, ts}
redis.call('HSET', KEYS[1], 'identity', ARGV[3], 'accepted:' .. ARGV[1], '1', 'accepted:' .. ARGV[2], '1')
redis.call('HSET', KEYS[1], 'accepted_as', cjson.encode(done))
redis.call('PUBLISH', ARGV[4], seq)
return done
