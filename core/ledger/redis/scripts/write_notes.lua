-- Set and remove notes of one book, in one step, while the lock is the caller's. It may be done twice.
--
-- KEYS: ledger, lock, notes of the book. ARGV: field of the ledger that counts the book's changes, token, number of
-- arguments that set notes, those (key, value...), then the keys to be removed.
-- Returns {1} when it was done, {0} when the lock is gone or another's, {'copying'} (see standing).

-- Arguments of one command: Lua can hand over some thousands at once, and one command a note would take twice as long.
local MOST = 2000

local function in_pieces(command, first, last)
  for i = first, last, MOST do
    redis.call(command, KEYS[3], unpack(ARGV, i, math.min(i + MOST - 1, last)))
  end
end

if redis.call('HEXISTS', KEYS[1], 'copying') == 1 then
  return {'copying'}
end
if redis.call('GET', KEYS[2]) ~= ARGV[2] then
  return {0}
end
local set = 3 + ARGV[3]
redis.call('HINCRBY', KEYS[1], ARGV[1], 1)
in_pieces('HSET', 4, set)
in_pieces('HDEL', set + 1, #ARGV)
return {1}
