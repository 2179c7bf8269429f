"""The row about overload: three times what the hub can do, asked whether it answers or not."""
from figures import rate_line, say, wrk
from place import HERE, run
from servers import CLIENT_CORE, SERVER_CORE

TIMES, CONNECTIONS = 3, 6000
SEARCH = "/v1/search?q=video"


def flood(program, hub, rate, seconds):
    """Good answers a second of the server's CPU time: 2xx, within a second of when they were due."""
    request, cpu = f"GET {SEARCH} HTTP/1.1\r\nHost: 127.0.0.1:{hub.port}\r\nCache-Control: no-cache\r\n\r\n", hub.cpu()
    due, good, late, refused, lost = map(int, run([program, hub.port, rate, seconds, CONNECTIONS, request], CLIENT_CORE).split())
    cpu = hub.cpu() - cpu
    say(f"    {due / seconds:10,.0f}/s due, {good / seconds:,.0f}/s good ({good / cpu:,.0f}/CPU s), {late} late, {refused} refused, {lost} lost")
    return good / cpu


def overload(place):
    program, seconds = place.at("overload"), place.seconds * 2
    run(["cc", "-O2", "-D_GNU_SOURCE", "-o", program, HERE / "overload.c"])
    floods, peaks = [], []
    with place.hub("--loops", "1", core=SERVER_CORE) as hub:
        measure = lambda: wrk(hub, SEARCH, place.seconds, 32, headers=["Cache-Control: no-cache"])
        measure()
        for _ in range(place.rounds):
            rate, per_cpu = measure()
            peaks.append(per_cpu)
            floods.append(flood(program, hub, round(rate * TIMES), seconds))
    yield rate_line(f"`GET {SEARCH}` asked {TIMES} times as often as the hub can answer: 2xx within a second", "its own peak, 32 connections", floods, peaks, 0.8,
                    "{:,.0f} per CPU s")
