-- Lengths of the streams, the oldest entry of each without its data, and the memory that each takes
-- as Redis estimates it (from a few samples: the time does not depend on the length).
--
-- KEYS  streams
-- gives {{length, id or '', bytes}, ...}

local sizes = {}
for i, stream in ipairs(KEYS) do
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  local bytes = redis.pcall('MEMORY', 'USAGE', stream)
  sizes[i] = {redis.call('XLEN', stream), first and first[1] or '',
              type(bytes) == 'number' and bytes or 0}
end
return sizes
