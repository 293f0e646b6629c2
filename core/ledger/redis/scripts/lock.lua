-- One lock by itself.
--
-- KEYS: lock. ARGV: step, token, life, token it replaces (see lock_step), '1' for a retry after a lost reply: then a
-- lock that is as the step leaves it counts as done. Returns {1} when it was done, else {0}; for the step 'read' {the lock's value or ''}.

local lock, step, token, life = KEYS[5], ARGV[1], ARGV[2], ARGV[3]
local present = redis.call('GET', lock)
if step == 'read' then
  return {present or ''}
end
if ARGV[5] == '1' and ((step == 'take' or step == 'pass') and present == token or step == 'drop' and not present) then
  return {1}
end
if lock_refusal(lock, step, ARGV[4]) then
  return {0}
end
lock_step(lock, step, token, now(), life)
return {1}
