-- An event of the site as a whole, once.
--
-- KEYS: request. ARGV: known identity, seq, id (see position), memory of requests (ms), channel, event id, event (see
-- append). Returns {event}; or a refusal (see position).

local site, refusal = position(ARGV[1], ARGV[2], ARGV[3])
if refusal then
  return refusal
end
local seq = redis.call('GET', KEYS[5])
if not seq then
  seq = digits(site.seq + 1)
  append(seq, now(), ARGV[6], ARGV[7])
  redis.call('SET', KEYS[5], seq, 'PX', ARGV[4])
  redis.call('PUBLISH', ARGV[5], seq)
end
return {event_at(seq)}
