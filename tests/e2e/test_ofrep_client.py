"""Flags as OpenFeature's own SDK and its OFREP provider see them: what the hub answers is what they understand."""
import json
import subprocess

from case import check, equal, run, test
from hub import Hub
from node import node

KEY = "rapidshare-mode"


def start():
    hub = Hub()
    hub.admin, hub.fan = hub.signed_in("admin"), hub.signed_in("fan")
    hub.fan_id = hub.fan.get("/v1/me").json["id"]
    return hub


def seen(hub, client, *contexts, key=KEY, fallback=False):
    told = {"base": hub.base, "token": client.token, "key": key, "contexts": contexts, "fallback": fallback}
    done = node("ofrep_client.mjs", json.dumps(told), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = done.communicate(timeout=60)
    equal(done.returncode, 0, err[-500:])
    return [json.loads(line) for line in out.splitlines()]


@test
def values_and_reasons_arrive(hub):
    hub.admin.put(f"/v1/flags/{KEY}", json={"enabled": True, "rules": [{"tier": "premium", "variant": "on"}, {"account": hub.fan_id, "percent": 100, "variant": "on"}]})
    one, other, nobody = seen(hub, hub.admin, {"targetingKey": hub.fan_id}, {"targetingKey": "m", "tier": "premium"}, {"targetingKey": "m"})
    equal((one["value"], one["variant"], one["reason"]), (True, "on", "SPLIT"), "a share")
    equal((other["value"], other["reason"]), (True, "TARGETING_MATCH"), "a tier")
    equal((nobody["value"], nobody["variant"], nobody["reason"]), (False, "off", "DEFAULT"), "nobody's rule")
    equal(one["metadata"], {"type": "boolean"}, "metadata")


@test
def failures_arrive_as_the_errors_of_the_protocol(hub):
    mine = {"targetingKey": hub.fan_id}
    for key, context, code in (("no-such", mine, "FLAG_NOT_FOUND"), (KEY, {}, "TARGETING_KEY_MISSING"), (KEY, {"targetingKey": ""}, "INVALID_CONTEXT")):
        found = seen(hub, hub.fan, context, key=key, fallback=True)[0]
        equal((found["value"], found["reason"], found["code"]), (True, "ERROR", code), key)
    stranger = seen(hub, hub.fan, {"targetingKey": "somebody-else"}, fallback=True)[0]
    check(stranger["value"] is True and stranger["reason"] == "ERROR", f"another account: {stranger}")


run(start)
