-- Sends the documented heartbeat for random monitors of a seeded database.
-- wrk ... -s heartbeat.lua URL -- IDS TOKEN
-- IDS is a file of 24 characters per monitor and nothing between them: every thread keeps it as one string, so a million
-- monitors cost 24 MB per thread and no table entry each.

local placeholder = "000000000000000000000000"
local threads = 0
local ids, monitors, head, tail
local sub, random = string.sub, math.random

function setup(thread)
  threads = threads + 1
  thread:set("thread_number", threads)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  ids = file:read("*a")
  file:close()
  monitors = #ids / 24
  math.randomseed(thread_number)

  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["X-API-Key"] = args[2]
  local body = '{"monitor_id":"' .. placeholder .. '","metadata":{"hostname":"worker-01"}}'
  local request = wrk.format("POST", "/api/monitoring/heartbeat", nil, body)
  -- Formatting every request would cost more than the server spends on it: only the id changes.
  local at = assert(request:find(placeholder, 1, true))
  head, tail = request:sub(1, at - 1), request:sub(at + 24)
end

function request()
  local at = random(0, monitors - 1) * 24
  return head .. sub(ids, at + 1, at + 24) .. tail
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("BENCH\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
