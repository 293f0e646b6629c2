-- One or more commits in one round trip, each all or nothing on its own: compare the version, check the lock, append
-- the event under the next number, write the state, remember the request; then one notice for all.
--
-- KEYS: ledger, spools, events; then for each commit: request, lock, history.
-- ARGV: known identity, seq, id (see standing), memory of requests (ms), channel, '1' to write also when nothing is
--   new; then for each commit: tag, version, lock step, token, its life (ms; 1 less than promised, because a key expires
--   when the clock is past its end; see locks), event without its number and time, state.
-- The state has holes for what only the server knows: \1 the event's number, \2 its time, \3 the end of the lock.
-- Returns {now (ms), outcome...}; an outcome is {'done', seq}, {'again', event, state}, {'conflict'}, {'held'},
-- {'gone'}; or a refusal of the whole (see standing).

local ledger, spools, events = KEYS[1], KEYS[2], KEYS[3]
local site, refusal = standing(ledger, events, ARGV[1], ARGV[2], ARGV[3])
if refusal then
  return refusal
end

local memory, ts, seq = ARGV[4], now(), site.seq
local outcomes = {ts}

local function again(event_seq, tag)
  local entry = redis.call('XRANGE', events, event_seq .. '-0', event_seq .. '-0')[1]
  return {'again', entry and entry[2][2] or '', redis.call('HGET', spools, tag) or ''}
end

local function commit(request, lock, history, tag, version, step, token, life, rest, state)
  local done_before = redis.call('GET', request)
  if done_before then
    return again(done_before, tag)
  end
  local present = redis.call('HGET', spools, tag)
  if not present or string.sub(present, 1, #version + 1) ~= version .. '|' then
    return {'conflict'}
  end
  local why = lock_refusal(lock, step, token)
  if why then
    return {why}
  end
  local number = digits(seq + 1)
  append(ledger, events, number, ts, rest)
  seq = seq + 1
  lock_step(lock, step, token, ts, life)
  state = filled(filled(state, '\1', number), '\2', ts)
  if string.find(state, '\3', 1, true) then
    state = filled(state, '\3', digits(ts + life + 1))
  end
  redis.call('HSET', spools, tag, state)
  redis.call('RPUSH', history, number)
  redis.call('SET', request, number, 'PX', memory)
  return {'done', number}
end

for i = 0, (#KEYS - 3) / 3 - 1 do
  local k, a = 3 + i * 3, 6 + i * 7
  outcomes[i + 2] = commit(
    KEYS[k + 1], KEYS[k + 2], KEYS[k + 3],
    ARGV[a + 1], ARGV[a + 2], ARGV[a + 3], ARGV[a + 4], ARGV[a + 5], ARGV[a + 6], ARGV[a + 7]
  )
end

if seq > site.seq then
  redis.call('PUBLISH', ARGV[5], digits(seq))
elseif ARGV[6] == '1' then
  -- WAIT counts the replicas that have what this connection wrote: after a repeat it must have written something.
  redis.call('HSET', ledger, 'confirmed', ts)
end
return outcomes
