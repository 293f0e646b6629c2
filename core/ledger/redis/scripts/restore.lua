-- Become the copy of another ledger, a piece at a time; until the last piece the site refuses everything else.
--
-- ARGV: piece, then
--   begin:  this copy's name. A copy that was never finished may be begun again.
--   events: the copy's name, JSON [[seq, event, history key or '']...]
--   state:  the copy's name, JSON [[tag, state, lock key or '', token, last moment of the lock in ms or '']...]
--   people: the copy's name, JSON [[id, worker]...]
--   own:    the copy's name: whether it is still the one that is written
--   end:    the copy's name, identity, seq, id of the newest event
-- Returns {'done'}, {'not_empty', seq, spools}, or {'conflict'} when another copy has begun.

local piece, copy = ARGV[1], ARGV[2]
local copying = redis.call('HGET', ledger, 'copying')

if piece == 'begin' then
  local seq = tonumber(redis.call('HGET', ledger, 'seq') or '0')
  local present = redis.call('HLEN', spools)
  if not copying and (seq > 0 or present > 0) then
    return {'not_empty', seq, present}
  end
  redis.call('DEL', ledger, events, spools, workers)
  redis.call('HSET', ledger, 'copying', copy, 'format', FORMAT)
  return {'done'}
end

if copying ~= copy then
  if piece == 'end' and redis.call('HGET', ledger, 'copied_as') == copy then
    -- It was done before, and the reply was lost.
    return {'done'}
  end
  return {'conflict'}
end
if piece == 'events' then
  for _, event in ipairs(cjson.decode(ARGV[3])) do
    redis.call('XADD', events, event[1] .. '-0', 'event', event[2])
    if event[3] ~= '' then
      redis.call('RPUSH', event[3], event[1])
    end
  end
elseif piece == 'state' then
  local ts = now()
  for _, spool in ipairs(cjson.decode(ARGV[3])) do
    redis.call('HSET', spools, spool[1], spool[2])
    if spool[3] ~= '' then
      set_lock(spool[3], spool[4], spool[5], ts)
    end
  end
elseif piece == 'people' then
  for _, worker in ipairs(cjson.decode(ARGV[3])) do
    redis.call('HSET', workers, worker[1], worker[2])
  end
elseif piece == 'end' then
  redis.call('HSET', ledger, 'identity', ARGV[3], 'seq', ARGV[4], 'newest', ARGV[5], 'loads', 1, 'copied_as', copy)
  redis.call('HDEL', ledger, 'copying')
end
return {'done'}
