#!/usr/bin/env python3
"""What tools/contract.py refuses, each with its file and line, and what its documents tell.   From the root."""
import json
import pathlib
import sys
import tempfile

import inside

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\nsecurity: []\n"
FIELD = HEAD + "paths: {}\ncomponents:\n  schemas:\n    A:\n      type: object\n      properties:\n        a: %s\n"
OP = HEAD + ("paths:\n  /a/{id}:\n    %s:\n      operationId: doIt\n      x-rate: read\n      parameters: [{name: id, in: path, required: true, "
             "schema: {type: string, maxLength: 9}}]\n%s      responses: {'200': {description: d}}\n")
BODY = ("      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/B'}}}}\n")
SCHEMA = "components:\n  schemas:\n    B: {type: object, %sproperties: {a: %s}}\n"
BEARER = "components:\n  securitySchemes:\n    bearer: {type: http, scheme: bearer}\n"
JSON = "description: d, content: {application/json: {schema: {$ref: '#/components/schemas/B'}}}"
GOOD = "components:\n  schemas:\n    B: {type: object, required: [a], properties: {a: {type: string}, o: {type: string}}}\n"
ANSWERS = HEAD + "paths:\n  /a:\n    post:\n      operationId: doIt\n      x-rate: read\n      responses:\n        %s\n" + GOOD
RAW = HEAD + "paths:\n  /a:\n    post:\n      operationId: doIt\n      x-rate: read\n      x-raw: true\n      responses:\n        %s\n" + GOOD
ROWS = [  # name, document, line and words that must be told
    ("oneOf", FIELD % "{oneOf: []}", "10: schema: needs one type"),
    ("allOf beside a type", FIELD % "{type: string, allOf: []}", "10: string: 'allOf' is outside"),
    ("anyOf of two references", FIELD % "{anyOf: [{$ref: '#/x'}, {$ref: '#/y'}]}", "10: anyOf: only"),
    ("inline object", FIELD % "{type: object, properties: {b: {type: string}}}", "10: an object must be a component"),
    ("inline enum", FIELD % "{type: string, enum: [x]}", "10: an enum must be a component"),
    ("typed map", FIELD % "{type: object, additionalProperties: {type: string}}", "10: an object must be a component"),
    ("unknown format", FIELD % "{type: string, format: email}", "10: format 'email'"),
    ("integer beyond 2^53", FIELD % "{type: integer, maximum: 9223372036854775807}", "10: integer: int32 or int64 within"),
    ("exclusive limit", FIELD % "{type: integer, exclusiveMinimum: 0}", "10: integer: 'exclusiveMinimum' is outside"),
    ("pattern with a group", FIELD % "{type: string, pattern: '^(a|b)$'}", "10: pattern: '(a|b)' is outside"),
    ("pattern without anchors", FIELD % "{type: string, pattern: 'a+'}", "10: pattern: must be anchored"),
    ("pattern that needs to go back", FIELD % "{type: string, pattern: '^[a-z]+z$'}", "10: pattern: a repeated set overlaps"),
    ("array of arrays", FIELD % "{type: array, items: {type: array, items: {type: string}}}", "10: array: of arrays"),
    ("missing reference", FIELD % "{$ref: '#/components/schemas/Z'}", "10: $ref: no such schemas"),
    ("default of another type", FIELD % "{type: integer, default: x}", "10: default: of this type"),
    ("default outside the limits", FIELD % "{type: integer, minimum: 5, default: 1}", "10: default: outside"),
    ("the same key twice", FIELD % "{type: string, type: integer}", "10: 'type' twice"),
    ("yes is not a boolean", FIELD % "{type: boolean, default: yes}", "10: default: of this type"),
    ("struct in itself", FIELD % "{$ref: '#/components/schemas/A'}", "A holds itself"),
    ("required without property", FIELD % "{type: string}" + "      required: [b]\n", "11: required: no property 'b'"),
    ("unknown error", OP % ("get", "      x-errors: [lost]\n"), "10: x-errors: ['lost'] not in err.def"),
    ("unknown key", OP % ("get", "      callbacks: {}\n"), "10: operation: 'callbacks' is outside"),
    ("open request object", OP % ("post", BODY) + SCHEMA % ("", "{type: boolean}"), "14: B: a request object must say"),
    ("request text without ceiling", OP % ("post", BODY) + SCHEMA % ("additionalProperties: false, ", "{type: string}"), "14: B.a: a request field needs a ceiling"),
    ("default in a PATCH", OP % ("patch", BODY) + SCHEMA % ("additionalProperties: false, ", "{type: boolean, default: true}"), "14: B.a: a default in a PATCH"),
    ("a number as default of a flag", FIELD % "{type: boolean, default: 1}", "10: default: of this type"),
    ("a flag as default of a number", FIELD % "{type: integer, default: true}", "10: default: of this type"),
    ("x-etag of nothing", FIELD % "{type: string}" + "      x-etag: b\n", "11: x-etag: names a required integer"),
    ("x-etag of an optional member", FIELD % "{type: integer}" + "      x-etag: a\n", "11: x-etag: names a required integer"),
    ("the name of a C type", FIELD.replace("    A:", "    Ticket:") % "{type: string}", "8: 'Ticket': not a name for a component"),
    ("two values with one C name", HEAD + "paths: {}\ncomponents:\n  schemas:\n    A: {type: string, enum: [a-b, a_b]}\n", "7: enum: two values"),
    ("HEAD that is not raw", OP % ("head", ""), "7: 'head' is not supported here"),
    ("OPTIONS that is not raw", OP % ("options", ""), "7: 'options' is not supported here"),
    ("OPTIONS that is raw", OP % ("options", "      x-raw: true\n"), ""),
    ("x-cache on POST", OP % ("post", "      x-cache: true\n"), "10: x-cache: a GET only"),
    ("x-cache for the signed in", OP % ("get", "      x-cache: true\n      security: [{bearer: []}]\n") + BEARER, "x-cache: what needs a signed-in viewer"),
    ("x-brief on POST", OP % ("post", "      x-brief: true\n"), "x-brief: a GET only"),
    ("x-brief for the signed in", OP % ("get", "      x-brief: true\n      security: [{bearer: []}]\n") + BEARER, "x-brief: for everybody"),
    ("x-cache for everybody", OP % ("get", "      x-cache: true\n      security: [{bearer: []}, {}]\n") + BEARER, ""),
    ("x-stream without x-raw", OP % ("post", "      x-stream: true\n"), "10: x-stream: needs x-raw"),
    ("x-run of another word", OP % ("get", "      x-run: read\n"), "10: x-run: only 'write'"),
    ("x-body-max without a body", OP % ("post", "      x-body-max: 5\n"), "10: x-body-max: there is no body"),
    ("two scopes", OP % ("get", "      security: [{bearer: [a, b]}]\n") + BEARER, "10: security: one scope at most"),
    ("a scope that nobody must have", OP % ("get", "      security: [{bearer: [a]}, {}]\n") + BEARER, "10: security: one scope at most"),
    ("an undeclared scheme", OP % ("get", "      security: [{cookie: []}]\n") + BEARER, "10: security: ['cookie'] are not"),
    ("an operationId of one word", OP.replace("doIt", "link") % ("get", ""), "operationId 'link': verbNoun"),
    ("two routes of one meaning", OP % ("get", "") + (OP % ("get", "")).split("paths:\n")[1].replace("{id}", "{of}").replace("name: id", "name: of").replace("doIt", "doThat"),
     "means the same as /a/{id}"),
    ("a body that must be there and need not", OP % ("post", BODY.replace("required: true, ", "")) + SCHEMA % ("additionalProperties: false, required: [a], ", "{type: boolean}"),
     "requestBody: must say required: true"),
    ("a body without required members", OP % ("post", BODY.replace("required: true, ", "")) + SCHEMA % ("additionalProperties: false, ", "{type: boolean}"), ""),
    ("two success statuses of two schemas", ANSWERS % ("{'200': {%s}, '201': {description: d}}" % JSON), "responses: all success statuses answer one schema"),
    ("two success statuses of one schema", ANSWERS % ("{'200': {%s}, '201': {%s}}" % (JSON, JSON)), ""),
    ("an error status written out", ANSWERS % "{'200': {description: d}, '404': {description: d}}", "9: responses: one to four success"),
    ("a body with 204", ANSWERS % ("{'204': {%s}}" % JSON), "10: response: application/json of a $ref alone, and nothing with 204"),
    ("another media type", ANSWERS % "{'200': {description: d, content: {text/html: {}}}}", "10: response: application/json of a $ref"),
    ("headers of an operation that is not raw", ANSWERS % "{'200': {description: d, headers: {}}}", "10: response: 'headers' is outside"),
    ("Location of an unknown member", ANSWERS % ("{'201': {x-location: '/a/{b}', %s}}" % JSON), "10: x-location: a path whose {members}"),
    ("Location of an optional member", ANSWERS % ("{'201': {x-location: '/a/{o}', %s}}" % JSON), "10: x-location: a path whose {members}"),
    ("Location of a required member", ANSWERS % ("{'201': {x-location: '/a/{a}', %s}}" % JSON), ""),
    ("raw answers are free", RAW % "{'200': {description: d, headers: {X: {schema: {type: string}}}, content: {text/html: {schema: {type: string}}}}, '307': {description: e}}", ""),
    ("a raw answer whose reference leads nowhere", RAW % "{'200': {description: d, content: {x/y: {schema: {$ref: '#/components/schemas/Z'}}}}}", "11: $ref: no such schemas"),
    ("no YAML", HEAD + "paths: {]\n", "4: not YAML"),
    ("accepted", OP % ("post", BODY) + SCHEMA % ("additionalProperties: false, ", "{type: boolean, default: true}"), ""),
]
TOY = "tests/unit/contract"


def generate(d, *args):
    return inside.run("contract", d, "src/base/err.def", *args)


def refusals():
    for name, text, want in ROWS:
        with tempfile.TemporaryDirectory() as d:
            doc = pathlib.Path(d, "x.yaml")
            doc.write_text(text)
            run = generate(d, doc)
        if (run.returncode == 0) != (not want) or want not in run.stderr or (want and "x.yaml:" not in run.stderr):
            yield f"[{name}] wanted '{want}', told: {run.stderr[-300:]}"


def below(node):
    if isinstance(node, (dict, list)):
        yield node
        for v in node.values() if isinstance(node, dict) else node:
            yield from below(v)


def alone(doc):
    """Every reference of a document is answered by the document itself."""
    for node in below(doc):
        at = doc
        for part in node["$ref"].split("/")[1:] if isinstance(node, dict) and "$ref" in node else []:
            at = at.get(part)
            if at is None:
                yield f"{node['$ref']} is not there"


def toy_documents(d):
    """What the toy's documents tell, by (document, where, what must stand there)."""
    whole = json.loads(pathlib.Path(d, "openapi.json").read_text())
    metadata, community = (json.loads(pathlib.Path(d, "openapi", f"{n}.json").read_text()) for n in ("metadata", "community"))
    made = metadata["paths"]["/v1/videos"]["post"]["responses"]
    video = metadata["paths"]["/v1/videos/{id}"]
    show = metadata["paths"]["/v1/shows/{slug}"]["put"]
    playlist = community["paths"]["/stream/{token}/{rendition}.m3u8"]["get"]
    yield "a service has its own paths alone", "/v1/uploads" not in metadata["paths"] and "/v1/uploads" in community["paths"]
    yield "together they are the whole", set(metadata["paths"]) | set(community["paths"]) == set(whole["paths"])
    yield "only what is used is merged in", "Limit" in community["components"]["parameters"] and "ShowRef" not in community["components"]["schemas"]
    yield "the security of the document is told", video["get"]["security"] == [{"bearer": []}, {}]
    yield "Location", made["201"]["headers"]["Location"]["description"] == "/v1/videos/{id}"
    yield "ETag and 304 of a GET", "ETag" in video["get"]["responses"]["200"]["headers"] and "304" in video["get"]["responses"]
    yield "ETag of a PATCH whose answer has a version", "ETag" in video["patch"]["responses"]["200"]["headers"]
    yield "none of a PUT whose answer has none", "headers" not in show["responses"]["200"] and "304" not in show["responses"]
    yield "a body that may be left out", show["requestBody"]["required"] is False
    yield "two success statuses", {"200", "201"} <= set(show["responses"])
    yield "a page and a problem for one status", set(playlist["responses"]["403"]["content"]) == {"text/html", "application/problem+json"}
    yield "raw headers and statuses", "Location" in playlist["responses"]["307"]["headers"]
    yield "a bad token is told also where nobody need be signed in", "401" in video["get"]["responses"]
    yield "and not where credentials are not looked at", "401" not in playlist["responses"]
    yield "full store for unsafe methods", "507" in made and "507" not in video["get"]["responses"] and "507" in playlist["responses"]
    yield "rate limits everywhere", all("429" in op["responses"] for item in whole["paths"].values() for op in item.values())
    yield "WWW-Authenticate", "WWW-Authenticate" in metadata["components"]["responses"]["SignInRequired"]["headers"]
    text = json.dumps([whole, metadata, community])
    yield "nothing of ours", not any(f'"{k}"' in text for k in ("x-raw", "x-column", "x-stream", "x-cache", "x-brief", "x-run", "x-location"))
    yield "no row", "OwnerRow" not in text and "OwnerRow" in pathlib.Path(d, "contract.h").read_text()
    for doc in (whole, metadata, community):
        yield from ((why, False) for why in alone(doc))


def toy():
    with tempfile.TemporaryDirectory() as d:
        run = generate(d, "--rows", f"{TOY}/rows.yaml", *sorted(pathlib.Path(TOY, "api").glob("*.yaml")))
        if run.returncode:
            return [run.stderr]
        return [f"[{name}]" for name, holds in toy_documents(d) if not holds]


def rows():
    """Rows may refer to the contract, not the other way round, and have no paths."""
    with tempfile.TemporaryDirectory() as d:
        doc, rows = pathlib.Path(d, "x.yaml"), pathlib.Path(d, "rows.yaml")
        doc.write_text(HEAD + "paths: {}\ncomponents:\n  schemas:\n    A: {type: string, enum: [x]}\n")
        for text, want in ((f"components:\n  schemas:\n    R: {{type: object, properties: {{a: {{$ref: '../api/x.yaml#/components/schemas/A'}}}}}}\n", ""),
                           ("paths: {/a: {}}\ncomponents: {}\n", "rows: has no operations"),
                           ("components:\n  schemas:\n    A: {type: object, properties: {}}\n", "named twice")):
            rows.write_text(text)
            run = generate(d, "--rows", rows, doc)
            if (run.returncode == 0) != (not want) or want not in run.stderr:
                yield f"[rows] wanted '{want}', told: {run.stderr[-300:]}"


failed = [*refusals(), *toy(), *rows()]
print("\n".join(failed), f"test_contract: {len(ROWS)} documents, {len(failed)} failed")
sys.exit(bool(failed))
