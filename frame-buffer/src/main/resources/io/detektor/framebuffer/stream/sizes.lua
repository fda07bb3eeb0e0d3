-- Lengths of the streams, and the oldest entry of each without its data.
--
-- KEYS  streams
-- gives {{length, id or ''}, ...}

local sizes = {}
for i, stream in ipairs(KEYS) do
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  sizes[i] = {redis.call('XLEN', stream), first and first[1] or ''}
end
return sizes
