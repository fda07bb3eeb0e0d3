-- Makes what is pending on a consumer that ends count as abandoned at once, so that the others need
-- not wait until it has been idle for long enough. It stays pending, and its delivery count as it is.
--
-- KEYS  the two streams
-- ARGV  group, consumer, the idle time in ms at which an entry counts as abandoned
-- gives how many entries there were

local group, me, idle = ARGV[1], ARGV[2], ARGV[3]
local left = 0
for number = 1, 2 do
  local stream, from, looked = KEYS[number], '-', 0
  repeat
    local page = redis.pcall('XPENDING', stream, group, from, '+', 100, me)
    if page.err then break end
    for _, entry in ipairs(page) do
      left = left + #redis.call('XCLAIM', stream, group, me, 0, entry[1], 'IDLE', idle, 'JUSTID')
      from = '(' .. entry[1]
    end
    looked = looked + #page
  until #page < 100 or looked >= 10000
end
return left
