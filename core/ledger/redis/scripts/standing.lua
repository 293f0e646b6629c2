-- Prelude of every script that reads or changes the log: which ledger this is, and where its log stands.

-- The site's standing {identity, seq}; or a refusal, when the ledger is not the one the caller knows (its identity,
-- and at least its newest number), or is still being filled by a copy. An empty `known` knows no ledger yet.
local function standing(ledger, known, seen)
  local found = redis.call('HMGET', ledger, 'identity', 'seq', 'copying')
  local identity, seq = found[1] or '', tonumber(found[2] or '0')
  if found[3] then
    return nil, {'copying'}
  end
  if known ~= '' and (identity ~= known or seq < tonumber(seen)) then
    return nil, {'rolled_back', identity, seq, redis.call('HEXISTS', ledger, 'accepted:' .. known)}
  end
  return {identity = identity, seq = seq}
end

-- The server's clock in whole milliseconds since 1970.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A number as digits: Lua would write large ones as 1e+12.
local function digits(number)
  return string.format('%.0f', number)
end

-- A key expires when the clock is past its instant; what lives N ms is gone at N ms.
local function last_moment(from, life)
  return digits(from + life - 1)
end

-- Append to the log. It comes first among a step's writes: should the stream refuse it, nothing has changed.
local function append(ledger, events, seq, ts, rest)
  local event = '{"seq":' .. seq .. ',"ts":' .. digits(ts) .. ',' .. rest
  redis.call('XADD', events, seq .. '-0', 'event', event)
  redis.call('HSET', ledger, 'seq', seq)
end
