-- Hands entries that nobody has been given yet to one consumer of the group, oldest first over all
-- streams. One script, because reading both streams with one XREADGROUP claims up to the wanted
-- number from each, and what is claimed and not wanted would be hidden from the other instances.
--
-- KEYS  the two streams, leases by their end
-- ARGV  group, consumer, wanted
-- gives {entries, entries in all streams that are not leased out, streams whose group had to be created}
--       where an entry is {number of the stream, id, {field, value, ...}}

local group, consumer, wanted = ARGV[1], ARGV[2], tonumber(ARGV[3])
local created = 0

local function last_delivered(stream)
  local groups = redis.pcall('XINFO', 'GROUPS', stream)
  if not groups.err then
    for _, info in ipairs(groups) do
      local last
      local name
      for i = 1, #info, 2 do
        if info[i] == 'name' then name = info[i + 1] end
        if info[i] == 'last-delivered-id' then last = info[i + 1] end
      end
      if name == group then return last end
    end
  end
  -- A new group starts at 0: nothing that waits is skipped.
  redis.call('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
  created = created + 1
  return '0-0'
end

local function head(stream, after)
  local entry = redis.call('XRANGE', stream, '(' .. after, '+', 'COUNT', 1)[1]
  return entry and entry[1]
end

local function older(a, b)
  local at, as = string.match(a, '(%d+)-(%d+)')
  local bt, bs = string.match(b, '(%d+)-(%d+)')
  -- Numbers of the same length compare as text; Lua's own numbers would lose digits.
  if #at ~= #bt then return #at < #bt end
  if at ~= bt then return at < bt end
  if #as ~= #bs then return #as < #bs end
  return as < bs
end

local heads = {}
for i = 1, 2 do
  local stream = KEYS[i]
  heads[i] = head(stream, last_delivered(stream))
end

local taken = {}
while #taken < wanted do
  local from
  local others = false
  for i = 1, 2 do
    if heads[i] then
      if not from then
        from = i
      else
        others = true
        if older(heads[i], heads[from]) then from = i end
      end
    end
  end
  if not from then break end
  -- With one stream that has entries, the whole rest is read at once.
  local count = others and 1 or wanted - #taken
  local reply = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', count,
                           'STREAMS', KEYS[from], '>')
  if not reply then break end
  local last
  for _, entry in ipairs(reply[1][2]) do
    taken[#taken + 1] = {from, entry[1], entry[2]}
    last = entry[1]
  end
  heads[from] = others and head(KEYS[from], last) or nil
end

local length = -redis.call('ZCARD', KEYS[3])
for i = 1, 2 do
  length = length + redis.call('XLEN', KEYS[i])
end
return {taken, length, created}
