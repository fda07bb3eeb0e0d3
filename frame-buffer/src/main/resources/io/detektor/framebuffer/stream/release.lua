-- Ends leases before their time, for those who hold them: the frames are handed out again later.
--
-- KEYS  the two streams, leases by their end, tokens, deliveries, errors
-- ARGV  group, delay in ms, error or '', 1 where this delivery does not count, then number of the
--       stream, id and token of each
-- gives for each: 1 given back, 0 not there (any more), -1 not held (any more)

local time = redis.call('TIME')
local due = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[2])
local results = {}
for i = 5, #ARGV, 3 do
  local number, id, token = tonumber(ARGV[i]), ARGV[i + 1], ARGV[i + 2]
  local member = number .. ':' .. id
  local holder = redis.call('HGET', KEYS[4], member)
  local result = -1
  if holder == token and redis.call('ZSCORE', KEYS[3], member) then
    redis.call('ZADD', KEYS[3], due, member)
    redis.call('HDEL', KEYS[4], member)
    if ARGV[4] == '1' then redis.call('HINCRBY', KEYS[5], member, -1) end
    if ARGV[3] ~= '' then
      if not redis.call('HGET', KEYS[6], 'first:' .. member) then
        redis.call('HSET', KEYS[6], 'first:' .. member, ARGV[3])
      end
      redis.call('HSET', KEYS[6], 'last:' .. member, ARGV[3])
    end
    result = 1
  elseif not holder and #redis.call('XRANGE', KEYS[number], id, id) == 0 then
    result = 0
  end
  results[#results + 1] = result
end
return results
