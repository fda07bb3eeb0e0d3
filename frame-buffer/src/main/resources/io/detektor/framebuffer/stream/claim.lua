-- Takes over what consumers left unacknowledged for too long, without reading it, and forgets
-- consumers that are gone. What is leased stays where it is, unless its lease got lost.
--
-- KEYS  the two streams, leases by their end
-- ARGV  group, consumer, the consumer of leased entries, least idle time in ms, ms after which a
--       consumer without entries is forgotten
-- gives {entries taken over, consumers forgotten}

local group, me, lessee, idle, forget = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local claimed, forgotten = 0, 0
for number = 1, 2 do
  local stream, from, looked = KEYS[number], '-', 0
  repeat
    local page = redis.pcall('XPENDING', stream, group, 'IDLE', idle, from, '+', 100)
    if page.err then break end
    for _, entry in ipairs(page) do
      local id, owner = entry[1], entry[2]
      local leased = owner == lessee and redis.call('ZSCORE', KEYS[3], number .. ':' .. id)
      -- one's own are claimed too: nobody took them for so long, and this makes them young again
      if not leased then
        claimed = claimed + #redis.call('XCLAIM', stream, group, me, idle, id, 'JUSTID')
      end
      from = '(' .. id
    end
    looked = looked + #page
  until #page < 100 or looked >= 10000
  local consumers = redis.pcall('XINFO', 'CONSUMERS', stream, group)
  if not consumers.err then
    for _, info in ipairs(consumers) do
      local name, pending, quiet
      for n = 1, #info, 2 do
        if info[n] == 'name' then name = info[n + 1] end
        if info[n] == 'pending' then pending = info[n + 1] end
        if info[n] == 'idle' then quiet = info[n + 1] end
      end
      if name ~= me and name ~= lessee and pending == 0 and quiet >= forget then
        redis.call('XGROUP', 'DELCONSUMER', stream, group, name)
        forgotten = forgotten + 1
      end
    end
  end
end
return {claimed, forgotten}
