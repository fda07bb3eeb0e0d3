-- One line at the end, for the caller: requests, microseconds, p50, p99, answers other than 2xx, broken connections
done = function(summary, latency)
    io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), summary.errors.status,
        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end

-- milliseconds that each connection waits between an answer and its next request
local pause = tonumber(os.getenv("PAUSE_MS") or "")
if pause then
    delay = function()
        return pause
    end
end
