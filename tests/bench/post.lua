-- wrk: a POST of 300 bytes; PIPELINE=16 sends that many at a time.
local depth = tonumber(os.getenv("PIPELINE") or "1")

init = function()
   local one = wrk.format("POST", "/in/crm", {["Content-Type"] = "application/json"},
                          string.rep("x", 300))
   batch = string.rep(one, depth)
end

request = function()
   return batch
end
