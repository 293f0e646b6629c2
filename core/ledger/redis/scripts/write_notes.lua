-- Set and remove notes of one book, in one step, while the lock is the caller's. It may be done twice.
--
-- KEYS: lock, notes of the book. ARGV: field of the ledger that counts the book's changes, token, number of arguments
-- that set notes, those (key, value...), then the keys to be removed.
-- Returns {1} when it was done, {0} when the lock is gone or another's, or {'copying'}.

-- Arguments of one command: Lua can pass some thousands at once, and one command a note would take twice as long.
local MOST = 2000

local function in_pieces(command, first, last)
  for i = first, last, MOST do
    redis.call(command, KEYS[6], unpack(ARGV, i, math.min(i + MOST - 1, last)))
  end
end

if is_being_copied() then
  return {'copying'}
end
if redis.call('GET', KEYS[5]) ~= ARGV[2] then
  return {0}
end
local last_set = 3 + ARGV[3]
redis.call('HINCRBY', ledger, ARGV[1], 1)
in_pieces('HSET', 4, last_set)
in_pieces('HDEL', last_set + 1, #ARGV)
return {1}
