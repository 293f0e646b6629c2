-- A plant, in one step with one event, if nothing it was compared with has changed since.
--
-- KEYS: ledger, events, spools, workers. ARGV: known identity, seq, id (see standing), number of loads so far, channel,
-- event without its number and time, spools as JSON [[tag, version before ('' for a new one), state, lock, token, end of
-- the lock in ms ('' for until released)]...], workers as JSON [[id, worker]...]. Only strings pass through cjson: it
-- would make objects of empty lists and floats of large numbers. The locks' names begin with the site's hash tag.
-- Returns {'done', seq, now (ms)}, {'conflict'}, or a refusal (see standing).

local ledger, events, spools, workers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local site, refusal = standing(ledger, events, ARGV[1], ARGV[2], ARGV[3])
if refusal then
  return refusal
end
local load = string.sub(ARGV[6], 7, 42)
local last = redis.call('HMGET', ledger, 'loads', 'load', 'loaded')
if last[2] == load then
  -- It was done before, and the reply was lost.
  return cjson.decode(last[3])
end
if (last[1] or '0') ~= ARGV[4] then
  return {'conflict'}
end
local changed = cjson.decode(ARGV[7])
for _, spool in ipairs(changed) do
  local present = redis.call('HGET', spools, spool[1])
  local version = present and string.sub(present, 1, string.find(present, '|', 1, true) - 1) or ''
  if version ~= spool[2] then
    return {'conflict'}
  end
end

local ts, seq = now(), digits(site.seq + 1)
append(ledger, events, seq, ts, ARGV[6])
for _, spool in ipairs(changed) do
  redis.call('HSET', spools, spool[1], filled(spool[3], '\1', seq))
  if spool[4] ~= '' and spool[6] == '' then
    redis.call('SET', spool[4], spool[5])
  elseif spool[4] ~= '' and tonumber(spool[6]) > tonumber(ts) then
    redis.call('SET', spool[4], spool[5], 'PXAT', digits(spool[6] - 1))
  end
end
redis.call('DEL', workers)
for _, worker in ipairs(cjson.decode(ARGV[8])) do
  redis.call('HSET', workers, worker[1], worker[2])
end
local done = {'done', seq, ts}
redis.call('HINCRBY', ledger, 'loads', 1)
redis.call('HSET', ledger, 'load', load, 'loaded', cjson.encode(done))
redis.call('PUBLISH', ARGV[5], seq)
return done
