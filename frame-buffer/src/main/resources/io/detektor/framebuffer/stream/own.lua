-- Hands out once more, oldest first over all streams, what this consumer was given and did not
-- acknowledge: for instance before a restart.
--
-- KEYS  the two streams, leases by their end
-- ARGV  group, consumer, wanted, id to start after
-- gives {entries, entries in all streams that are not leased out}, as take.lua does; an entry whose data somebody deleted
--       comes without {field, value, ...}, and is pending no longer

local group, consumer, wanted, after = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]

local function older(a, b)
  local at, as = string.match(a.id, '(%d+)-(%d+)')
  local bt, bs = string.match(b.id, '(%d+)-(%d+)')
  -- Numbers of the same length compare as text; Lua's own numbers would lose digits.
  if #at ~= #bt then return #at < #bt end
  if at ~= bt then return at < bt end
  if #as ~= #bs then return #as < #bs end
  return as < bs
end

local pending, length = {}, -redis.call('ZCARD', KEYS[3])
for i = 1, 2 do
  local stream = KEYS[i]
  -- A group that does not exist has nothing pending; taking new entries creates it.
  local own = redis.pcall('XPENDING', stream, group, '(' .. after, '+', wanted, consumer)
  if not own.err then
    for _, entry in ipairs(own) do
      pending[#pending + 1] = {number = i, id = entry[1]}
    end
  end
  length = length + redis.call('XLEN', stream)
end
table.sort(pending, older)

local taken = {}
for n = 1, math.min(wanted, #pending) do
  local own = pending[n]
  local entry = redis.call('XCLAIM', KEYS[own.number], group, consumer, 0, own.id)[1]
  taken[n] = {own.number, own.id, entry and entry[2] or nil}
end
return {taken, length}
