-- Acknowledges entries and deletes them, so that the length of the stream is the number of frames
-- that were not acknowledged. Where another group reads the same stream, its owner trims it.
--
-- KEYS  the stream
-- ARGV  group, id, id, ...
-- gives how many were acknowledged

local ids = {unpack(ARGV, 2)}
local acknowledged = redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
if not groups.err and #groups <= 1 then
  redis.call('XDEL', KEYS[1], unpack(ids))
end
return acknowledged
