-- GET /v1/search for the words in a file, a line each, one after another.   wrk -s search.lua URL -- FILE
local requests, at = {}, 0

function init(args)
    for line in io.lines(args[1]) do
        requests[#requests + 1] = wrk.format("GET", "/v1/search?q=" .. line:gsub(" ", "+"), {["Cache-Control"] = "no-cache"})
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end
