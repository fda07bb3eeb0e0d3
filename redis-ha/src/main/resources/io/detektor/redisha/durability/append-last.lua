-- Ends the transaction of a batch: appends its last entry and writes the lane's record, which says that
-- all of it is there. The entries before it were appended by plain XADDs of the same transaction.
-- Sent with EVAL: a script that is not in the cache must not leave a transaction without its record.
--
-- KEYS[1]  the lane's record, as append-batch.lua writes and reads it
-- KEYS[2]  the stream
-- ARGV[1]  number of this batch
-- ARGV[2]  how long the record is kept, in milliseconds
-- ARGV[3]  number of appends in the batch
-- ARGV[4]  whether the length of the stream is asked for (1 or 0)
-- ARGV[5…] names and values of the last entry's fields
--
-- The record then holds, after the number:  ~<count> <last id>;<count> <last id>…  and, where asked for, a
-- comma and the length of the stream. Ids that follow each other make one group. There is one: all commands
-- of a transaction see the same time. Before Redis 7.2 they did not, and each millisecond makes its own.
local stream = KEYS[2]
local id = redis.call('XADD', stream, '*', unpack(ARGV, 5))
local groups, left, last = {}, tonumber(ARGV[3]), id
while true do
  local ms, sequence = string.match(last, '^(%d+)-(%d+)$')
  local count = math.min(left, tonumber(sequence) + 1)
  table.insert(groups, 1, count .. ' ' .. last)
  left = left - count
  if left == 0 then break end
  last = redis.call('XREVRANGE', stream, '(' .. ms .. '-0', '-', 'COUNT', 1)[1][1]
end
local length = ARGV[4] == '1' and ',' .. redis.call('XLEN', stream) or ''
redis.call('SET', KEYS[1], ARGV[1] .. '\n~' .. table.concat(groups, ';') .. length, 'PX', ARGV[2])
