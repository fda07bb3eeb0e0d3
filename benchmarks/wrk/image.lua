-- POST /frames: the image itself, 40 KB
math.randomseed(1)
local bytes = {}
for i = 1, 40 * 1024 do
    bytes[i] = string.char(math.random(0, 255))
end
wrk.method = "POST"
wrk.headers["Content-Type"] = "image/jpeg"
wrk.headers["X-Frame-Id"] = "bench-1"
wrk.headers["X-Camera-Id"] = "cam-1"
wrk.body = table.concat(bytes)
require("wrk.answers")
