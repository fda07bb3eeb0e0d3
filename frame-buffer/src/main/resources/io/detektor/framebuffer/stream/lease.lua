-- Leases entries out: they go over to the consumer of leased entries, each with the moment at which
-- the lease ends and the token of who holds it.
--
-- KEYS  the two streams, leases by their end, tokens, deliveries
-- ARGV  group, the consumer of leased entries, token, length in ms, then number of the stream and
--       id of each entry
-- gives for each entry how often it was handed out, this time included; 0 where it is there no more

local time = redis.call('TIME')
local ends = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[4])
local deliveries = {}
for i = 5, #ARGV, 2 do
  local number, id = tonumber(ARGV[i]), ARGV[i + 1]
  local member = number .. ':' .. id
  local got = redis.call('XCLAIM', KEYS[number], ARGV[1], ARGV[2], 0, id, 'JUSTID')
  if #got == 0 then
    deliveries[#deliveries + 1] = 0
  else
    redis.call('ZADD', KEYS[3], ends, member)
    redis.call('HSET', KEYS[4], member, ARGV[3])
    deliveries[#deliveries + 1] = redis.call('HINCRBY', KEYS[5], member, 1)
  end
end
return deliveries
