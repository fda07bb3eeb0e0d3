-- Ends the leases whose time is over: their frames go to a consumer that hands them out again, and
-- those that were handed out as often as they may be are named, to become dead letters.
--
-- KEYS  the two streams, leases by their end, tokens, deliveries, errors
-- ARGV  group, consumer, most deliveries, most entries to look at, ms for which whoever is told of
--       a dead letter has it to itself, the consumer of leased entries
-- gives {frames to hand out again, entries that are gone,
--        {{number of the stream, id, deliveries, first error or '', last error or ''}, ...}}

local group, consumer, most = ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local back, gone, dead = 0, 0, {}
local due = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, ARGV[4])
for _, member in ipairs(due) do
  local number, id = string.match(member, '^(%d):(.*)$')
  local stream = KEYS[tonumber(number)]
  -- FORCE: after a failover it may not be pending here
  local got = redis.pcall('XCLAIM', stream, group, consumer, 0, id, 'FORCE', 'JUSTID')
  if got.err or #got == 0 then
    redis.call('ZREM', KEYS[3], member)
    redis.call('HDEL', KEYS[4], member)
    redis.call('HDEL', KEYS[5], member)
    redis.call('HDEL', KEYS[6], 'first:' .. member, 'last:' .. member)
    gone = gone + 1
  else
    local deliveries = tonumber(redis.call('HGET', KEYS[5], member) or '0')
    if deliveries >= most then
      redis.call('XCLAIM', stream, group, ARGV[6], 0, id, 'JUSTID')
      redis.call('ZADD', KEYS[3], now + tonumber(ARGV[5]), member)
      redis.call('HDEL', KEYS[4], member)
      dead[#dead + 1] = {tonumber(number), id, deliveries,
                         redis.call('HGET', KEYS[6], 'first:' .. member) or '',
                         redis.call('HGET', KEYS[6], 'last:' .. member) or ''}
    else
      -- the token stays until the next lease: until then its holder may still acknowledge
      redis.call('ZREM', KEYS[3], member)
      back = back + 1
    end
  end
end
return {back, gone, dead}
