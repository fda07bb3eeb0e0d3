-- Appends a batch of entries, once. One command, so that "not yet written" and "written" have no
-- state between them on any node: its effects reach a replica as one transaction.
--
-- KEYS[1]  the lane's record: number and answer of the last batch that this lane wrote
-- KEYS[n]  streams and idempotency records, referred to by their index below
-- ARGV[1]  number of this batch, rising by one with each new batch of the lane
-- ARGV[2]  how long records are kept, in milliseconds
-- ARGV[3…] for each run of appends that are alike: index of the stream, index of the first one's
--          idempotency record (0: none; the others' follow it), most entries the stream may hold
--          (0: any), number of fields in each append, number of appends, whether each has a
--          fingerprint (1 or 0), the fields' names, then of each append the fingerprint and the
--          values. Runs, because each string that the script is given costs 0.2 µs, and as much
--          again to be read from the connection.
--
-- An idempotency record holds what was answered, and the fingerprint after a space.
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
  local marked = tonumber(ARGV[i + 5])
  i = i + 6
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
    local mark = marked == 1 and ARGV[i] or ''
    i = i + marked
    local answer
    local complete
    if known then
      local first, was = string.match(known, '^(%S+) ?(.*)$')
      if mark ~= '' and was ~= '' and mark ~= was then
        answer = '-KEYREUSED'
      else
        -- the length as it was then, where it was asked for then and now
        answer = '=' .. (limit > 0 and first or string.match(first, '^[^,]+'))
        complete = string.find(answer, ',', 1, true)
      end
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
        if limit > 0 then
          length = length + 1
          answer = id .. ',' .. length
        end
        complete = true
        if remembered > 0 then
          local record = mark == '' and answer or (answer .. ' ' .. mark)
          redis.call('SET', KEYS[remembered + nth], record, 'PX', keep)
        end
      end
    end
    count = count + 1
    answers[count] = (complete or limit == 0) and answer or (answer .. ',' .. length)
    i = i + fields
  end
end
local answer = table.concat(answers, '\n')
redis.call('SET', lane, ARGV[1] .. '\n' .. answer, 'PX', keep)
return answer
