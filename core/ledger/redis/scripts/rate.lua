-- One more use within a limit: a sliding window of timestamps, by the server's clock. It stands alone, without prelude.
--
-- KEYS: window, a sorted set of uses by their time (ms). ARGV: limit, length of the window (ms), id of this use.
-- Returns 0 when it is counted, else the milliseconds after which it may be tried again. A retry with the same id
-- counts once.

local time = redis.call('TIME')
local now, limit, length = time[1] * 1000 + math.floor(time[2] / 1000), tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - length)
-- The clock may have been set back: uses further ahead than a window are none of this minute's.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. now + length, '+inf')
local uses = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #uses, 2 do
  if uses[i] == ARGV[3] then
    return 0
  end
end
-- There is room when the use that is `limit` uses back has left the window.
local oldest = uses[#uses - 2 * limit + 2]
if oldest then
  return math.max(oldest + length - now, 1)
end
redis.call('ZADD', KEYS[1], now, ARGV[3])
return 0
