-- A plant, in one step with one event, if nothing it was compared with has changed since.
--
-- ARGV: known identity, seq, id (see position), number of loads so far, channel, event id, event (see append), spools as
-- JSON [[tag, version before ('' for a new spool), version, number of its last event ('' for this one), state (see
-- state_of), lock ('' for none), token, last moment of the lock in ms ('' for until released)]...], workers as JSON
-- [[id, worker]...]. Only strings pass through cjson: it would make objects of empty lists and floats of large numbers.
-- Returns {'done', seq, now (ms)}, {'conflict'}, or a refusal (see position).

local site, refusal = position(ARGV[1], ARGV[2], ARGV[3])
if refusal then
  return refusal
end
local last = redis.call('HMGET', ledger, 'loads', 'load', 'loaded')
if last[2] == ARGV[6] then
  -- It was done before, and the reply was lost.
  return cjson.decode(last[3])
end
if (last[1] or '0') ~= ARGV[4] then
  return {'conflict'}
end
local changed = cjson.decode(ARGV[8])
for _, spool in ipairs(changed) do
  if version_of(redis.call('HGET', spools, spool[1])) ~= spool[2] then
    return {'conflict'}
  end
end

local ts, seq = now(), digits(site.seq + 1)
append(seq, ts, ARGV[6], ARGV[7])
for _, spool in ipairs(changed) do
  local tag, _, version, own_seq, document, lock, token, last_moment = unpack(spool)
  redis.call('HSET', spools, tag, state_of(version, own_seq == '' and seq or own_seq, '', '', document))
  if lock ~= '' then
    set_lock(lock, token, last_moment, ts)
  end
end
redis.call('DEL', workers)
for _, worker in ipairs(cjson.decode(ARGV[9])) do
  redis.call('HSET', workers, worker[1], worker[2])
end
local done = {'done', seq, ts}
redis.call('HINCRBY', ledger, 'loads', 1)
redis.call('HSET', ledger, 'load', ARGV[6], 'loaded', cjson.encode(done))
redis.call('PUBLISH', ARGV[5], seq)
return done
