-- wrk's part of `python -m benchmarks load --wrk`: asks for the pages of a file, each line a kind, a tab and a path, in
-- turn and at a steady rate over all connections, and prints what `load` reads.
--
--     wrk -t1 -c64 -d30s -s benchmarks/mixed.lua http://127.0.0.1:8000 -- PATHS RATE CONNECTIONS [COOKIE]

local paths, at, gap, headers, bad = {}, 0, 0, {}, {}

function init(args)
  for line in io.lines(args[1]) do paths[#paths + 1] = line:match("\t(.*)") end
  gap = 1000 * tonumber(args[3]) / tonumber(args[2])
  headers["Accept"] = "text/html,*/*"
  if args[4] and args[4] ~= "" then headers["Cookie"] = args[4] end
end

function delay() return math.random(0, math.floor(2 * gap)) end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], headers)
end

function done(summary, latency, requests)
  -- at most a thousand quantiles stand for all answers
  local shown = math.min(1000, summary.requests)
  print("each\t" .. math.floor(summary.requests / math.max(1, shown) + 0.5))
  for number = 1, shown do
    print("time\t" .. latency:percentile(100 * (number - 0.5) / shown))
  end
  print("took\t" .. summary.duration)
  local errors = summary.errors
  for _, kind in ipairs({"connect", "read", "write", "status", "timeout"}) do
    for _ = 1, errors[kind] do print("error\t" .. kind) end
  end
end
