-- POST /v1/assets/{id}/tickets for the assets in a file of ids, each once.   wrk -s tickets.lua URL -- FILE FIRST TOKEN
local requests, at = {}, 0

function init(args)
    local line, first = 0, tonumber(args[2])
    local headers = {["Authorization"] = "Bearer " .. args[3], ["Content-Type"] = "application/json"}
    for id in io.lines(args[1]) do
        line = line + 1
        if line > first then
            requests[#requests + 1] = wrk.format("POST", "/v1/assets/" .. id .. "/tickets", headers, "{}")
        end
    end
end

function request()
    at = at + 1
    return requests[at] or error("more assets are needed")
end
