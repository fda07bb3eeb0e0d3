-- Appends a batch of entries, once. One command, so that "not yet written" and "written" have no
-- state between them on any node: its effects reach a replica as one transaction.
--
-- KEYS[1]  the lane's record: number and answer of the last batch that this lane wrote
-- KEYS[n]  streams and idempotency records, referred to by their index below
-- ARGV[1]  number of this batch, rising by one with each new batch of the lane
-- ARGV[2]  how long records are kept, in milliseconds
-- ARGV[3…] for each run of appends that are alike: index of the stream, index of the first one's
--          idempotency record (0: none; the others' follow it), most entries the stream may hold
--          (0: any), number of fields in each append, number of appends, the fields' names, then
--          the values of each append. Runs, because each string that the script is given costs
--          0.2 µs, and as much again to be read from the connection.
--
-- Answers one line an append:  <id>  or  =<id> (stored before)  or  -<error>;
-- where a limit was given, a comma and the length of the stream follow.
local lane, keep = KEYS[1], ARGV[2]
local number = tonumber(ARGV[1])
local written = redis.call('GET', lane)
if written then
  local cut = string.find(written, '\n', 1, true)
  local last = tonumber(string.sub(written, 1, cut - 1))
  if number == last then
    -- a repeat: nothing to add, but WAIT needs a write of this connection to wait for
    redis.call('SET', lane, written, 'PX', keep)
    return string.sub(written, cut + 1)
  elseif number < last then
    return redis.error_reply('STALEBATCH a later batch of this lane is written')
  end
end

local answers, count, i, last = {}, 0, 3, #ARGV
while i < last do
  local stream = KEYS[tonumber(ARGV[i])]
  local remembered = tonumber(ARGV[i + 1])
  local limit = tonumber(ARGV[i + 2])
  local fields = tonumber(ARGV[i + 3])
  local appends = tonumber(ARGV[i + 4])
  i = i + 5
  local append = {'XADD', stream, '*'}
  for field = 1, fields do
    append[2 + 2 * field] = ARGV[i]
    i = i + 1
  end
  local length = limit > 0 and redis.pcall('XLEN', stream)
  local wrong
  if type(length) == 'table' then
    wrong, length = '-' .. length.err, 0
  end
  for nth = 0, appends - 1 do
    local known = remembered > 0 and redis.call('GET', KEYS[remembered + nth])
    local answer
    if known then
      answer = '=' .. known
    elseif wrong then
      answer = wrong
    elseif limit > 0 and length >= limit then
      answer = '-STREAMFULL'
    else
      for field = 1, fields do
        append[3 + 2 * field] = ARGV[i + field - 1]
      end
      local id = redis.pcall(unpack(append, 1, 3 + 2 * fields))
      if type(id) == 'table' then
        answer = '-' .. id.err
      else
        answer = id
        if remembered > 0 then
          redis.call('SET', KEYS[remembered + nth], id, 'PX', keep)
        end
        if limit > 0 then
          length = length + 1
        end
      end
    end
    count = count + 1
    answers[count] = limit > 0 and (answer .. ',' .. length) or answer
    i = i + fields
  end
end
local answer = table.concat(answers, '\n')
redis.call('SET', lane, ARGV[1] .. '\n' .. answer, 'PX', keep)
return answer
