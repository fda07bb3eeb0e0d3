-- Lets a lease last longer, from now on, for the one who holds it.
--
-- KEYS  the two streams, leases by their end, tokens
-- ARGV  number of the stream, id, token, length in ms
-- gives 1 extended, 0 not there (any more), -1 not held (any more)

local number, id = tonumber(ARGV[1]), ARGV[2]
local member = number .. ':' .. id
local holder = redis.call('HGET', KEYS[4], member)
if holder == ARGV[3] and redis.call('ZSCORE', KEYS[3], member) then
  local time = redis.call('TIME')
  local ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[4])
  redis.call('ZADD', KEYS[3], ends, member)
  return 1
end
if not holder and #redis.call('XRANGE', KEYS[number], id, id) == 0 then return 0 end
return -1
