-- One lock by itself.
--
-- KEYS: lock. ARGV: step, token, life (ms), '1' when this asks again for what may have been done already, its reply
-- lost: then a lock that is as the step leaves it was done. Returns 1 when it was done, else 0.

local present = redis.call('GET', KEYS[1])
if ARGV[4] == '1' and (ARGV[1] == 'take' and present == ARGV[2] or ARGV[1] == 'drop' and not present) then
  return 1
end
if lock_refusal(KEYS[1], ARGV[1], ARGV[2]) then
  return 0
end
lock_step(KEYS[1], ARGV[1], ARGV[2], now(), ARGV[3])
return 1
