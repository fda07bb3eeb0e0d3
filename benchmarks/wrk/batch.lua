-- POST /frames/batch: a JSON array of 100 frames of 1 KB
local frames = {}
for i = 1, 100 do
    frames[i] = '{"frame_id":"bench-' .. i .. '","camera_id":"cam-1","timestamp":"2026-01-01T00:00:00.000000","data":"'
        .. string.rep("aGVsbG8h", 115) .. '"}'
end
wrk.method = "POST"
wrk.path = "/frames/batch"
wrk.headers["Content-Type"] = "application/json"
wrk.body = "[" .. table.concat(frames, ",") .. "]"
require("wrk.answers")
