-- A page of the log, and where the log stands, as of one moment.
--
-- KEYS: ledger, events. ARGV: known identity, seq, id (see standing), after, limit.
-- Returns {newest number, event...} from after number `after`, or a refusal (see standing).

local site, refusal = standing(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3])
if refusal then
  return refusal
end
local page = {digits(site.seq)}
for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '(' .. ARGV[4] .. '-0', '+', 'COUNT', ARGV[5])) do
  page[#page + 1] = entry[2][2]
end
return page
