-- wrk: what tests/bench/curves sends. BODY_BYTES of body; PATHS=n: /in/1 to /in/n in turn, else
-- /in/crm; BATCH=n: n tasks in one call of /v1/tasks:batch, with the bearer token SECRET.
local body_bytes = tonumber(os.getenv("BODY_BYTES") or "300")
local paths = tonumber(os.getenv("PATHS") or "0")
local batch = tonumber(os.getenv("BATCH") or "0")
local requests, next_one = {}, 0

local function batch_body()
   local task = '{"destination":"crm","body":"' .. string.rep("x", body_bytes) .. '"}'
   return '{"tasks":[' .. string.rep(task, batch, ",") .. "]}"
end

init = function()
   local headers = {["Content-Type"] = "application/json"}
   if batch > 0 then
      headers["Authorization"] = "Bearer " .. os.getenv("SECRET")
      requests[1] = wrk.format("POST", "/v1/tasks:batch", headers, batch_body())
      return
   end
   local body = string.rep("x", body_bytes)
   if paths == 0 then requests[1] = wrk.format("POST", "/in/crm", headers, body) end
   for i = 1, paths do
      -- In an order that no cache can guess.
      requests[i] = wrk.format("POST", "/in/" .. (i * 7919 % paths + 1), headers, body)
   end
end

request = function()
   next_one = next_one % #requests + 1
   return requests[next_one]
end
