"""Feature flags: what operators set, who gets which value, and the OpenFeature Remote Evaluation Protocol."""
from case import check, equal, run, test
from hub import Hub

KEY = "rapidshare-mode"
FLAG, ONE, ALL = f"/v1/flags/{KEY}", f"/ofrep/v1/evaluate/flags/{KEY}", "/ofrep/v1/evaluate/flags"
NOBODY = "0" * 26


def start():
    hub = Hub()
    hub.admin, hub.fan, hub.premium = (hub.signed_in(role) for role in ("admin", "fan", "premium"))
    hub.fan_id, hub.premium_id = (client.get("/v1/me").json["id"] for client in (hub.fan, hub.premium))
    return hub


def put(hub, status=200, **body):
    answer = hub.admin.put(FLAG, json={"enabled": True, **body})
    equal(answer.status, status, f"{body}: {answer}")
    return answer


def value(client, account, **context):
    return client.post(ONE, context={"targetingKey": account, **context}).json


@test
def flags_are_listed_with_what_the_program_says_of_them(hub):
    items = hub.admin.get("/v1/flags").json["items"]
    flag = next(f for f in items if f["key"] == KEY)
    equal((flag["type"], flag["owner"], flag["enabled"], flag["expired"], flag["version"], flag["rules"]), ("boolean", "download", True, False, 0, []), "as it comes")
    equal((flag["defaultVariant"], flag["variants"]), ("off", [{"name": "on", "value": "true"}, {"name": "off", "value": "false"}]), "variants")
    equal(hub.admin.get(FLAG).json, flag, "alone")
    equal([f["key"] for f in items], sorted(f["key"] for f in items), "by key")
    equal(hub.admin.get("/v1/flags/no-such").problem, "not-found", "unknown")
    equal(hub.admin.put("/v1/flags/no-such", enabled=True).problem, "not-found", "setting an unknown one")


@test
def a_flag_is_set_and_answers_by_its_rules_in_their_order(hub):
    put(hub, defaultVariant="off", rules=[{"account": hub.fan_id, "variant": "on"}, {"tier": "fan", "variant": "off"}, {"tier": "premium", "variant": "on"}])
    other = hub.signed_in("fan")
    rows = [(hub.fan, hub.fan_id, True, "TARGETING_MATCH"), (hub.premium, hub.premium_id, True, "TARGETING_MATCH"), (other, other.get("/v1/me").json["id"], False, "TARGETING_MATCH"),
            (hub.admin, NOBODY, False, "DEFAULT")]
    for client, account, wanted, reason in rows:
        got = value(client, account)
        equal((got["value"], got["reason"], got["key"]), (wanted, reason, KEY), account)
    put(hub, rules=[{"tier": "premium", "percent": 100, "variant": "on"}, {"percent": 0, "variant": "on"}])
    equal((value(hub.premium, hub.premium_id)["reason"], value(hub.fan, hub.fan_id)), ("SPLIT", {**value(hub.fan, hub.fan_id), "value": False, "reason": "DEFAULT"}), "shares")
    put(hub, defaultVariant="on")
    equal((value(hub.fan, hub.fan_id)["value"], value(hub.fan, hub.fan_id)["reason"]), (True, "STATIC"), "the same for all")
    put(hub, enabled=False, defaultVariant="on")
    equal((value(hub.fan, hub.fan_id)["value"], value(hub.fan, hub.fan_id)["reason"]), (False, "DISABLED"), "not enabled")


@test
def what_cannot_hold_is_refused(hub):
    was = hub.admin.get(FLAG).json
    for body in ({"defaultVariant": "maybe"}, {"rules": [{"tier": "fan", "variant": "maybe"}]}, {"rules": [{"variant": "on"}]}, {"rules": [{"tier": "boss", "variant": "on"}]},
                 {"rules": [{"percent": 101, "variant": "on"}]}, {"rules": [{"percent": -1, "variant": "on"}]}, {"rules": [{"account": NOBODY, "variant": "on"}]},
                 {"rules": [{"tier": "fan"}]}, {"rules": [{"tier": "fan", "variant": "on", "more": 1}]}, {"enabled": "yes"}, {"rules": [{"tier": "fan", "variant": "on"}] * 101}):
        equal(put(hub, 422, **body).problem, "invalid", body)
    equal(hub.admin.get(FLAG).json, was, "nothing changed")


@test
def if_match_keeps_two_operators_apart_and_each_change_is_audited(hub):
    before = hub.sql("SELECT count(*) FROM audit WHERE action = 'flag.set'")[0][0]
    first = hub.admin.get(FLAG)
    good = hub.admin.put(FLAG, headers={"If-Match": first.etag}, json={"enabled": True})
    equal((good.status, good.json["version"]), (200, first.json["version"] + 1), "the version that was read")
    for tag in (first.etag, '"9999"', "nonsense"):
        equal(hub.admin.put(FLAG, headers={"If-Match": tag}, json={"enabled": False}).problem, "changed", tag)
    equal(hub.admin.put(FLAG, headers={"If-Match": "*"}, json={"enabled": True}).status, 200, "any")
    equal(hub.admin.get(FLAG, headers={"If-None-Match": hub.admin.get(FLAG).etag}).status, 304, "not modified")
    rows = hub.sql("SELECT actor, target, was, became FROM audit WHERE action = 'flag.set' ORDER BY n")[before:]
    me = hub.admin.get("/v1/me").json["id"]
    equal([row[:2] for row in rows], [(me, KEY)] * 2, "audited")
    equal(hub.admin.get(FLAG).json["updatedBy"], me, "by whom")


@test
def ofrep_evaluates_only_for_oneself_without_the_scope(hub):
    put(hub, rules=[{"tier": "premium", "variant": "on"}])
    equal(value(hub.fan, hub.fan_id, tier="premium")["value"], False, "one's tier is not what one says")
    for path in (ONE, ALL):
        equal(hub.fan.post(path, context={"targetingKey": hub.premium_id}).problem, "forbidden", "of another account")
        equal(hub.client().post(path, context={"targetingKey": hub.fan_id}).problem, "sign-in-required", "nobody")
    equal(value(hub.admin, hub.premium_id)["value"], True, "an account's own tier")
    equal(value(hub.admin, hub.fan_id, tier="premium")["value"], False, "whatever the context says")
    equal((value(hub.admin, "machine-7", tier="premium")["value"], value(hub.admin, "machine-7")["value"]), (True, False), "who is no account")


@test
def ofrep_answers_what_the_protocol_says(hub):
    put(hub, defaultVariant="on")
    got = value(hub.fan, hub.fan_id)
    equal(got, {"key": KEY, "reason": "STATIC", "variant": "on", "value": True, "metadata": {"type": "boolean"}}, "a value")
    missing = hub.fan.post("/ofrep/v1/evaluate/flags/No.Such%20flag", context={"targetingKey": hub.fan_id})
    equal((missing.status, missing.json["key"], missing.json["errorCode"]), (404, "No.Such flag", "FLAG_NOT_FOUND"), "no such flag")
    rows = [(b"", "PARSE_ERROR"), (b"{", "PARSE_ERROR"), (b"[]", "PARSE_ERROR"), (b'{"context":1}', "INVALID_CONTEXT"), (b"{}", "INVALID_CONTEXT"), (b'{"context":{}}', "TARGETING_KEY_MISSING"),
            (b'{"context":{"targetingKey":null}}', "TARGETING_KEY_MISSING"), (b'{"context":{"targetingKey":7}}', "INVALID_CONTEXT"), (b'{"context":{"targetingKey":""}}', "INVALID_CONTEXT"),
            (b'{"context":{"targetingKey":"%s"}}' % (b"x" * 201), "INVALID_CONTEXT"), (b"[" * 5000, "PARSE_ERROR"), (b'{"context":{"targetingKey":"\xff"}}', "PARSE_ERROR")]
    for body, code in rows:
        for path in (ONE, ALL):
            answer = hub.fan.post(path, body=body, headers={"Content-Type": "application/json"})
            equal((answer.status, answer.json["errorCode"], answer.json.get("key")), (400, code, KEY if path == ONE else None), body[:60])
            check(answer.json["errorDetails"], "details")
    bad = hub.admin.post(ONE, context={"targetingKey": "machine-7", "tier": "boss"})
    equal((bad.status, bad.json["errorCode"]), (400, "INVALID_CONTEXT"), "no tier of ours")


@test
def ofrep_tells_all_flags_under_one_etag(hub):
    put(hub, defaultVariant="off")
    first = hub.fan.post(ALL, context={"targetingKey": hub.fan_id})
    equal([f["key"] for f in first.json["flags"]], [f["key"] for f in hub.admin.get("/v1/flags").json["items"]], "all")
    ask = lambda: hub.fan.post(ALL, context={"targetingKey": hub.fan_id}, headers={"If-None-Match": first.etag})
    equal((ask().status, ask().body), (304, b""), "not modified")
    put(hub, defaultVariant="on")
    equal((ask().status, ask().json["flags"][0]["value"]), (200, True), "changed")
    check(ask().etag != first.etag, "another ETag")


run(start)
