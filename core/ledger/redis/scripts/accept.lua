-- Accept a rolled back ledger as it is: an event, and a new identity that tells it from what it was.
--
-- ARGV: identity found, identity known before, new identity, channel, event id, event (see append).
-- Returns {'done', seq, now (ms)}, {'conflict'} when it is another ledger again, or {'copying'}.

local site, refusal = position('')
if refusal then
  return refusal
end
if site.identity == ARGV[3] then
  -- It was done before, and the reply was lost.
  return cjson.decode(redis.call('HGET', ledger, 'accepted_as'))
end
if site.identity ~= ARGV[1] then
  return {'conflict'}
end
local ts, seq = now(), digits(site.seq + 1)
append(seq, ts, ARGV[5], ARGV[6])
local done = {'done', seq, ts}
redis.call('HSET', ledger, 'identity', ARGV[3], 'accepted:' .. ARGV[1], '1', 'accepted:' .. ARGV[2], '1')
redis.call('HSET', ledger, 'accepted_as', cjson.encode(done))
redis.call('PUBLISH', ARGV[4], seq)
return done
