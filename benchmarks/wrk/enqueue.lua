-- POST /frames/enqueue: 1 KB of JSON, as camera services send it
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"frame_id":"bench-1","camera_id":"cam-1","timestamp":"2026-01-01T00:00:00.000000","data":"'
    .. string.rep("aGVsbG8h", 115) .. '"}'
require("wrk.answers")
