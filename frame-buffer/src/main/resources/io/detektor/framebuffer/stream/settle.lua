-- Acknowledges leased entries and deletes them, for those who hold them. A lease that has ended and
-- whose frame nobody was given since is as good. Doing it twice comes to the same.
--
-- KEYS  the two streams, leases by their end, tokens, deliveries, errors
-- ARGV  group, then number of the stream, id and token of each
-- gives for each: 1 acknowledged, 0 not there (any more), -1 another's by now

local group = ARGV[1]
local alone = {}
for number = 1, 2 do
  local groups = redis.pcall('XINFO', 'GROUPS', KEYS[number])
  alone[number] = not groups.err and #groups <= 1
end

local function waits(number, id)
  if alone[number] then return #redis.call('XRANGE', KEYS[number], id, id) > 0 end
  local pending = redis.pcall('XPENDING', KEYS[number], group, id, id, 1)
  return not pending.err and #pending > 0
end

local results = {}
for i = 2, #ARGV, 3 do
  local number, id, token = tonumber(ARGV[i]), ARGV[i + 1], ARGV[i + 2]
  local member = number .. ':' .. id
  local holder = redis.call('HGET', KEYS[4], member)
  local result
  if holder == token then
    redis.call('XACK', KEYS[number], group, id)
    if alone[number] then redis.call('XDEL', KEYS[number], id) end
    redis.call('ZREM', KEYS[3], member)
    redis.call('HDEL', KEYS[4], member)
    redis.call('HDEL', KEYS[5], member)
    redis.call('HDEL', KEYS[6], 'first:' .. member, 'last:' .. member)
    result = 1
  elseif holder or waits(number, id) then
    result = -1
  else
    result = 0
  end
  results[#results + 1] = result
end
return results
