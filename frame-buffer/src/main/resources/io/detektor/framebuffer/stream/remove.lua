-- Removes one entry and all that is known of it: it lives on elsewhere.
--
-- KEYS  the two streams, leases by their end, tokens, deliveries, errors
-- ARGV  group, number of the stream, id
-- gives 1

local number, id = tonumber(ARGV[2]), ARGV[3]
local member = number .. ':' .. id
redis.call('XACK', KEYS[number], ARGV[1], id)
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[number])
if not groups.err and #groups <= 1 then redis.call('XDEL', KEYS[number], id) end
redis.call('ZREM', KEYS[3], member)
redis.call('HDEL', KEYS[4], member)
redis.call('HDEL', KEYS[5], member)
redis.call('HDEL', KEYS[6], 'first:' .. member, 'last:' .. member)
return 1
