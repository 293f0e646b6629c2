-- A page of a book's notes, and how often the book was written so far: when that stays the same from the first page to
-- the last, they are of one moment.
--
-- KEYS: notes of the book. ARGV: field of the ledger that counts the book's changes, cursor, notes wanted.
-- Returns {changes so far, next cursor ('0': that was all), {key, value...}}, or {'copying'}.

if is_being_copied() then
  return {'copying'}
end
local page = redis.call('HSCAN', KEYS[5], ARGV[2], 'COUNT', ARGV[3])
return {redis.call('HGET', ledger, ARGV[1]) or '0', page[1], page[2]}
