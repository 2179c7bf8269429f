-- POST /v1/videos/{id}/comments for the videos in a file of "video encode", one after another.   wrk -s comments.lua URL -- FILE TOKEN
local requests, at = {}, 0

function init(args)
    local headers = {["Authorization"] = "Bearer " .. args[2], ["Content-Type"] = "application/json"}
    for line in io.lines(args[1]) do
        local id = line:match("%S+")
        requests[#requests + 1] = wrk.format("POST", "/v1/videos/" .. id .. "/comments", headers, '{"text":"Bagus sekali, tante!"}')
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end
