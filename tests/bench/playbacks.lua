-- POST /v1/videos/{id}/playbacks for the videos in a file of "video encode", one after another.   wrk -s playbacks.lua URL -- FILE
local requests, at = {}, 0

function init(args)
    for line in io.lines(args[1]) do
        local id = line:match("%S+")
        requests[#requests + 1] = wrk.format("POST", "/v1/videos/" .. id .. "/playbacks", {["Content-Length"] = "0"})
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end
