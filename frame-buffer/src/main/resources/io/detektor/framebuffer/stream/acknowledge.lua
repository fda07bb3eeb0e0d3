-- Acknowledges entries and deletes them, so that the length of the stream is the number of frames
-- that were not acknowledged. Where another group reads the same stream, its owner trims it.
--
-- KEYS  the stream, and what is kept of entries that were leased: tokens, deliveries, errors
-- ARGV  group, number of the stream, id, id, ...
-- gives how many were acknowledged

local ids = {unpack(ARGV, 3)}
local acknowledged = redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if not groups.err and #groups <= 1 then
  redis.call('XDEL', KEYS[1], unpack(ids))
end
if redis.call('EXISTS', KEYS[3]) == 1 then
  for _, id in ipairs(ids) do
    local member = ARGV[2] .. ':' .. id
    redis.call('HDEL', KEYS[2], member)
    redis.call('HDEL', KEYS[3], member)
    redis.call('HDEL', KEYS[4], 'first:' .. member, 'last:' .. member)
  end
end
return acknowledged
