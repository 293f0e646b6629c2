-- What every script begins with: the site's keys, its position, and the steps that several scripts take.
--
-- KEYS: ledger, events, spools, workers; the rest is each script's own. A script that finds a copy being written into the
-- site returns {'copying'} and changes nothing; one that finds a newer program's site {'too_new', its format, FORMAT}.

local ledger, events, spools, workers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

-- The format of what is stored. A site without the field `format` has format 1: states without columns (see state_of).
local FORMAT = 5
local format = tonumber(redis.call('HGET', ledger, 'format') or '1')
if format > FORMAT then
  return {'too_new', format, FORMAT}
end

-- Stands for the event of a request that was given up: it becomes none.
local NEVER = '0'

-- A number as digits: Lua would write large ones as 1e+12.
local function digits(number)
  return string.format('%.0f', number)
end

-- The server's clock in whole milliseconds since 1970, as digits.
local function now()
  local time = redis.call('TIME')
  return string.format('%s%03d', time[1], math.floor(time[2] / 1000))
end

local function is_being_copied()
  return redis.call('HEXISTS', ledger, 'copying') == 1
end

-- The event with this number as JSON, nil when the log does not have it.
local function event_at(seq)
  local entry = redis.call('XRANGE', events, seq .. '-0', seq .. '-0')[1]
  return entry and entry[2][2]
end

-- The newest number and the identity; or a refusal: {'copying'}, or {'rolled_back', identity, seq} when the ledger does
-- not continue what the caller knows (identity, newest number, that event's id). An empty identity knows no ledger yet,
-- an empty id no event.
local function position(identity, seq, id)
  local found = redis.call('HMGET', ledger, 'identity', 'seq', 'newest', 'copying')
  local site = {identity = found[1] or '', seq = tonumber(found[2] or '0')}
  if found[4] then
    return nil, {'copying'}
  end
  if identity == '' then
    return site
  end
  local continues = site.identity == identity and site.seq >= tonumber(seq)
  if continues and id ~= '' and site.seq == tonumber(seq) then
    continues = found[3] == id
  elseif continues and id ~= '' then
    -- A backup that was restored and worked on may be further on: then another event has that number.
    local event = event_at(seq)
    continues = not event or cjson.decode(event).id == id
  end
  if not continues then
    return nil, {'rolled_back', site.identity, site.seq}
  end
  return site
end

-- Append to the log. Do it before a step's other writes: should the stream refuse it, nothing has changed. `rest` is the
-- event's JSON without its first brace, number and time.
local function append(seq, ts, id, rest)
  redis.call('XADD', events, seq .. '-0', 'event', '{"seq":' .. seq .. ',"ts":' .. ts .. ',' .. rest)
  redis.call('HSET', ledger, 'seq', seq, 'newest', id, 'format', FORMAT)
end

-- A spool's state as it is stored: columns that only the server knows, then the JSON without them. `ts` and `vence` are
-- the event's time and the new end of the lock (ms), '' when the event sets none.
local function state_of(version, seq, ts, vence, document)
  return version .. '|' .. seq .. '|' .. ts .. '|' .. vence .. '|' .. document
end

-- The version of a stored state, '' of none.
local function version_of(state)
  return state and string.match(state, '^(%d+)|') or ''
end

-- Set a lock that lives up to and including the moment `last` (ms, '' for until released), unless that has passed.
local function set_lock(key, token, last, ts)
  if last == '' then
    redis.call('SET', key, token)
  elseif tonumber(last) >= tonumber(ts) then
    redis.call('SET', key, token, 'PXAT', last)
  end
end

-- Why a lock step cannot be done: 'held' or 'gone'; nil when it can. It is checked first and done later, so that a
-- refusal changes nothing. `before` is the token that must live there ('extend', 'drop', 'pass'), or may ('restore').
local function lock_refusal(key, step, before)
  if step == 'take' or step == 'restore' then
    local present = redis.call('GET', key)
    return present and present ~= before and 'held' or nil
  elseif step == 'extend' or step == 'drop' or step == 'pass' then
    return redis.call('GET', key) ~= before and 'gone' or nil
  end
end

-- Whether a lock step starts a life of the lock, whose end is the event's.
local function starts_life(step)
  return step == 'take' or step == 'extend' or step == 'pass'
end

-- Do a lock step at the time `ts`. `life` is in ms, '' for until released, and 1 less than promised, because a key
-- expires after its last moment; for 'restore' it is that last moment (ms since 1970).
local function lock_step(key, step, token, ts, life)
  if starts_life(step) then
    set_lock(key, token, life == '' and '' or digits(ts + life), ts)
  elseif step == 'restore' then
    redis.call('DEL', key)
    set_lock(key, token, life, ts)
  elseif step == 'drop' or step == 'clear' then
    redis.call('DEL', key)
  end
end
