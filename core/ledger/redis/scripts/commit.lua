-- One or more commits in one round trip, each all or nothing on its own: compare the people and the version, check the
-- lock, append the event under the next number, write the state, remember the request; then one notice for all.
--
-- KEYS: for each commit: request, lock, history.
-- ARGV: known identity, seq, id (see position), memory of requests (ms), channel; identity of the ledger that the people
--   were read in, number of people, each one's worker id and worker ('' not to compare it); then for each commit: tag,
--   version, lock step, token, life, token it replaces (see lock_step), event id, event (see append), state (see
--   state_of).
-- Returns {now (ms), outcome...}; an outcome is {'done', seq}, {'again', event, state}, {'conflict'}, {'held'},
-- {'gone'}; or a refusal of the whole (see position).

local site, refusal = position(ARGV[1], ARGV[2], ARGV[3])
if refusal then
  return refusal
end

local memory, ts, seq = ARGV[4], now(), site.seq
local first = 7 + 2 * ARGV[7]
local are_people_same = ARGV[7] == '0' or ARGV[6] == site.identity
for i = 8, first, 2 do
  local known = ARGV[i + 1]
  are_people_same = are_people_same and (known == '' or known == redis.call('HGET', workers, ARGV[i]))
end
local outcomes = {ts}

local function commit(request, lock, history, tag, version, step, token, life, before, id, rest, document)
  local done_before = redis.call('GET', request)
  if done_before == NEVER then
    return {'conflict'}
  elseif done_before then
    return {'again', event_at(done_before) or '', redis.call('HGET', spools, tag) or ''}
  end
  if not are_people_same or version_of(redis.call('HGET', spools, tag)) ~= version then
    return {'conflict'}
  end
  local why = lock_refusal(lock, step, before)
  if why then
    return {why}
  end
  local number = digits(seq + 1)
  append(number, ts, id, rest)
  seq = seq + 1
  lock_step(lock, step, token, ts, life)
  local vence = starts_life(step) and life ~= '' and digits(ts + life + 1) or ''
  redis.call('HSET', spools, tag, state_of(digits(version + 1), number, ts, vence, document))
  redis.call('RPUSH', history, number)
  redis.call('SET', request, number, 'PX', memory)
  return {'done', number}
end

for i = 0, (#KEYS - 4) / 3 - 1 do
  local k, a = 4 + i * 3, first + i * 9
  outcomes[i + 2] = commit(KEYS[k + 1], KEYS[k + 2], KEYS[k + 3], unpack(ARGV, a + 1, a + 9))
end

if seq > site.seq then
  redis.call('PUBLISH', ARGV[5], digits(seq))
end
return outcomes
