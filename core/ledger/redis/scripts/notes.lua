-- A page of a book's notes, and how often the book was written so far: the same from the first page to the last, they
-- are of one moment.
--
-- KEYS: ledger, notes of the book. ARGV: field of the ledger that counts the book's changes, cursor, notes wanted.
-- Returns {changes so far, next cursor ('0': that was all), {key, value...}}, or {'copying'} (see standing).

local found = redis.call('HMGET', KEYS[1], 'copying', ARGV[1])
if found[1] then
  return {'copying'}
end
local page = redis.call('HSCAN', KEYS[2], ARGV[2], 'COUNT', ARGV[3])
return {found[2] or '0', page[1], page[2]}
