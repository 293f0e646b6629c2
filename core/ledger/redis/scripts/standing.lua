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
    return nil, {'rolled_back', identity, seq}
  end
  return {identity = identity, seq = seq}
end

-- The server's clock in whole milliseconds since 1970, as digits.
local function now()
  local time = redis.call('TIME')
  return string.format('%s%03d', time[1], math.floor(time[2] / 1000))
end

-- A number as digits: Lua would write large ones as 1e+12.
local function digits(number)
  return string.format('%.0f', number)
end

-- Append to the log. It comes first among a step's writes: should the stream refuse it, nothing has changed.
local function append(ledger, events, seq, ts, rest)
  redis.call('XADD', events, seq .. '-0', 'event', '{"seq":' .. seq .. ',"ts":' .. ts .. ',' .. rest)
  redis.call('HSET', ledger, 'seq', seq)
end

-- The text with every `hole` filled. (A gsub would look at each character; a plain find does not.)
local function filled(text, hole, value)
  local at = string.find(text, hole, 1, true)
  while at do
    text = string.sub(text, 1, at - 1) .. value .. string.sub(text, at + 1)
    at = string.find(text, hole, at, true)
  end
  return text
end
