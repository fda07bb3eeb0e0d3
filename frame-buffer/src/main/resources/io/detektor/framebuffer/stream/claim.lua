-- Takes over what consumers left unacknowledged for too long, without reading it.
--
-- KEYS  the streams
-- ARGV  group, consumer, least idle time in ms
-- gives how many entries were taken over

local claimed = 0
for _, stream in ipairs(KEYS) do
  local from = '0-0'
  repeat
    local reply = redis.pcall('XAUTOCLAIM', stream, ARGV[1], ARGV[2], ARGV[3], from,
                              'COUNT', 100, 'JUSTID')
    if reply.err then break end
    from = reply[1]
    claimed = claimed + #reply[2]
  until from == '0-0' or claimed >= 10000
end
return claimed
