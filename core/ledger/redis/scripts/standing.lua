-- Prelude of every script that reads or changes the log: which ledger this is, and where its log stands.

-- The site's standing {identity, seq}; or a refusal, when the ledger does not continue what the caller knows of it
-- (its identity, its newest number, that event's id), or is still being filled by a copy. An empty identity knows no
-- ledger yet, an empty id no event.
local function standing(ledger, events, identity, seq, id)
  local found = redis.call('HMGET', ledger, 'identity', 'seq', 'newest', 'copying')
  local site = {identity = found[1] or '', seq = tonumber(found[2] or '0')}
  if found[4] then
    return nil, {'copying'}
  end
  if identity == '' then
    return site
  end
  local known = tonumber(seq)
  local continues = site.identity == identity and site.seq >= known
  if continues and id ~= '' and site.seq == known then
    continues = found[3] == id
  elseif continues and id ~= '' then
    -- A copy that was put back and worked on may be further on: then another event has that number.
    local entry = redis.call('XRANGE', events, seq .. '-0', seq .. '-0')[1]
    continues = not entry or string.find(entry[2][2], '"id":"' .. id .. '"', 1, true)
  end
  if not continues then
    return nil, {'rolled_back', site.identity, site.seq}
  end
  return site
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

-- Append to the log. It comes first among a step's writes: should the stream refuse it, nothing has changed. `rest` is
-- the event without its number and time; it begins with its id.
local function append(ledger, events, seq, ts, rest)
  redis.call('XADD', events, seq .. '-0', 'event', '{"seq":' .. seq .. ',"ts":' .. ts .. ',' .. rest)
  redis.call('HSET', ledger, 'seq', seq, 'newest', string.sub(rest, 7, 42))
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
