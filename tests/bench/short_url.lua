-- wrk: makes a new short link with each request.
--   wrk -t2 -c64 -d10s -s tests/bench/short_url.lua http://127.0.0.1:8080/v1/webhooks/shortURL
local threads = 0
function setup(thread)
    thread:set("id", threads)
    threads = threads + 1
end

local count = 0
local run = os.time()
function request()
    count = count + 1
    local url = string.format("https://example.com/%d/%d/%d?some=value&and=another", run, id, count)
    return wrk.format("POST", nil, {["Content-Type"] = "application/json"},
                      '{"custToken":"abcd1234","longUrl":"' .. url .. '"}')
end
