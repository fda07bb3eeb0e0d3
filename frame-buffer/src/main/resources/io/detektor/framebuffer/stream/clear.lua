-- Removes every entry of the streams, the pending ones included. A stream that another group reads
-- keeps its entries: this group goes on behind the last.
--
-- KEYS  two streams, and whatever else is to be forgotten with their entries
-- ARGV  group
-- gives how many entries this group does not get any more

local group = ARGV[1]
local cleared = 0
for i = 1, 2 do
  local stream = KEYS[i]
  local groups = redis.pcall('XINFO', 'GROUPS', stream)
  local others, own = 0, nil
  if not groups.err then
    for _, info in ipairs(groups) do
      local name, pending, last
      for n = 1, #info, 2 do
        if info[n] == 'name' then name = info[n + 1] end
        if info[n] == 'pending' then pending = info[n + 1] end
        if info[n] == 'last-delivered-id' then last = info[n + 1] end
      end
      if name == group then own = {pending, last} else others = others + 1 end
    end
  end
  if others == 0 then
    cleared = cleared + redis.call('XLEN', stream)
    redis.call('XTRIM', stream, 'MAXLEN', 0)
  else
    local from = own and ('(' .. own[2]) or '-'
    local unread = #redis.call('XRANGE', stream, from, '+')
    cleared = cleared + unread + (own and own[1] or 0)
  end
  if own then redis.call('XGROUP', 'DESTROY', stream, group) end
  redis.call('XGROUP', 'CREATE', stream, group, '$', 'MKSTREAM')
end
for i = 3, #KEYS do
  redis.call('DEL', KEYS[i])
end
return cleared
