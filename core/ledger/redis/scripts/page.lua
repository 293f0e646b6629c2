-- A page of the log, and the log's newest number, as of one moment.
--
-- ARGV: known identity, seq, id (see position), after, limit.
-- Returns {newest number, event...} from after number `after`, or a refusal (see position).

local site, refusal = position(ARGV[1], ARGV[2], ARGV[3])
if refusal then
  return refusal
end
local page = {digits(site.seq)}
for _, entry in ipairs(redis.call('XRANGE', events, '(' .. ARGV[4] .. '-0', '+', 'COUNT', ARGV[5])) do
  page[#page + 1] = entry[2][2]
end
return page
