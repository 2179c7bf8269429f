"""The contract as a judge: what a hub may answer to a method and a path, down to the last member.

Reads the openapi.json that the build made (HUB_OPENAPI). judge() gives back every way in which an answer
is not in the contract; an empty list is the only good verdict.
"""
import functools
import json
import os
import re

import jsonschema

DEFAULT = "build-test/openapi.json"
TIME = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?Z\Z")
PROBLEM = "application/problem+json"
# What may happen to any request, by its address or method alone.
EVERYWHERE = {"400": {"malformed"}, "404": {"not-found"}, "405": {"method-not-allowed"}, "414": {"address-too-long"}}

formats = jsonschema.FormatChecker(())


@formats.checks("date-time")
def is_time(text):
    return not isinstance(text, str) or bool(TIME.match(text))


@formats.checks("uri")
def is_url(text):
    return not isinstance(text, str) or bool(re.match(r"https?://[^\s/]+(/[!-~]*)?\Z", text))


class Operation:
    def __init__(self, method, template, node):
        self.method, self.template, self.node = method, template, node
        self.id = node["operationId"]
        # literals win over parameters, long tails over short ones, as in src/http/route.c
        self.rank = [(0, "") if "{" not in part else (1, -len(part.partition("}")[2])) for part in template.split("/")]
        pattern = "".join(re.escape(part) if i % 2 == 0 else "([^/]+)" for i, part in enumerate(re.split(r"\{(\w+)\}", template)))
        self.matches = re.compile(pattern + r"\Z").match

    @property
    def scopes(self):
        """None: anybody; else the scopes of which a viewer must have all (perhaps none: signed in)."""
        security = self.node.get("security", [])
        return None if not security or {} in security else security[0]["bearer"]


class Contract:
    def __init__(self, path):
        with open(path, encoding="utf-8") as f:
            self.doc = json.load(f)
        self.operations = [Operation(method.upper(), template, node) for template, item in self.doc["paths"].items()
                           for method, node in item.items() if method != "parameters"]
        self.operations.sort(key=lambda o: [str(r[0]) + str(r[1]) for r in o.rank])

    def of(self, operation_id):
        return next(o for o in self.operations if o.id == operation_id)

    def resolve(self, node):
        while "$ref" in node:
            found = self.doc
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            node = {**found, **{k: v for k, v in node.items() if k != "$ref"}}
        return node

    def find(self, method, path):
        """(operation or None, the methods this path has)."""
        path = path.partition("?")[0]
        there = [o for o in self.operations if o.matches(path)]
        there.sort(key=lambda o: [r[0] for r in o.rank] + [r[1] for r in o.rank if r[0]])
        methods = {o.method for o in there}
        methods |= {"HEAD"} & ({"HEAD"} if "GET" in methods else set())
        same = [o for o in there if o.method == method] or [o for o in there if o.method == "GET" and method == "HEAD"]
        return (same[0] if same else None), methods

    @functools.lru_cache(maxsize=None)
    def validator(self, text):
        schema = {**json.loads(text), "components": self.doc["components"]}
        return jsonschema.Draft202012Validator(schema, format_checker=formats)

    def strangers(self, schema, value, at=""):
        """Members that the schema doesn't name: an answer may hold none, whatever JSON Schema allows."""
        schema = self.resolve(schema)
        if isinstance(value, dict):
            known = schema.get("properties", {})
            for name, inner in value.items():
                if name in known:
                    yield from self.strangers(known[name], inner, f"{at}/{name}")
                elif schema.get("additionalProperties") is not True:
                    yield f"{at}/{name} is not in the contract"
        elif isinstance(value, list) and "items" in schema:
            for i, inner in enumerate(value):
                yield from self.strangers(schema["items"], inner, f"{at}/{i}")

    def faults_of(self, schema, value):
        for fault in self.validator(json.dumps(schema, sort_keys=True)).iter_errors(value):
            yield f"/{'/'.join(map(str, fault.absolute_path))}: {fault.message[:200]}"
        yield from self.strangers(schema, value)

    def judge(self, method, path, answer):
        operation, methods = self.find(method, path)
        status = str(answer.status)
        if operation is None:
            wanted = "405" if methods else "404"
            if method == "OPTIONS" and methods and status == "204":  # RFC 9110 9.3.7
                return self.allow(answer, methods | {"OPTIONS"})
            if status == "405" and methods:
                return self.allow(answer, methods) + self.problem(answer, EVERYWHERE["405"], method)
            if status not in (wanted, "400"):
                return [f"{method} is not in the contract, yet answered {status}"]
            return self.problem(answer, EVERYWHERE[status], method)
        responses = operation.node["responses"]
        if status == "500":
            return [f"{operation.id} failed"]
        if status not in responses:
            return [f"{operation.id} may not answer {status}"] if status not in EVERYWHERE else self.problem(answer, EVERYWHERE[status], method)
        return list(self.answer_faults(self.resolve(responses[status]), method, answer))

    def allow(self, answer, methods):
        told = {m.strip() for m in (answer.header("allow") or "").split(",")}
        return [f"Allow is {sorted(told)}, not {sorted(methods)}"] * (told != methods)

    def answer_faults(self, response, method, answer):
        kind = (answer.header("content-type") or "").partition(";")[0].strip()
        content = response.get("content", {})
        for name in response.get("headers", {}):
            if answer.header(name) is None:
                yield f"no {name} in a {answer.status}"
        if PROBLEM in content and kind == PROBLEM:
            yield from self.problem(answer, set(re.findall(r"`([a-z-]+)`", response.get("description", ""))), method)
            return
        if answer.status >= 400 and kind == "text/html":
            return  # for browsers that ask for pages
        if method == "HEAD" or answer.status == 304:
            if answer.body:
                yield "a body where none may be"
            return
        if kind not in content and (content or answer.body) and not answer.is_file:
            yield f"Content-Type {kind!r}, not one of {sorted(content)}"
        elif kind == "application/json" and "schema" in content.get(kind, {}):
            yield from self.faults_of(content[kind]["schema"], json.loads(answer.body))

    def problem(self, answer, slugs, method):
        found = []
        kind = (answer.header("content-type") or "").partition(";")[0]
        if kind != PROBLEM and kind != "text/html":
            return [f"a {answer.status} of type {kind!r}"]
        if "no-store" not in (answer.header("cache-control") or ""):
            found.append("a problem without Cache-Control: no-store")
        if answer.status in (429, 503, 507) and not re.fullmatch(r"\d+", answer.header("retry-after") or ""):
            found.append("no Retry-After")
        if answer.status == 401 and not answer.header("www-authenticate"):
            found.append("no WWW-Authenticate")
        if kind == "text/html" or method == "HEAD":
            return found
        body = json.loads(answer.body)
        found += self.faults_of({"$ref": "#/components/schemas/Problem"}, body)
        slug = str(body.get("type", "")).removeprefix("/problems/")
        if slug not in slugs:
            found.append(f"problem {slug!r}, not one of {sorted(slugs)}")
        if body.get("status") != answer.status:
            found.append(f"status {body.get('status')} in the body, {answer.status} before it")
        if body.get("requestId") != answer.header("x-request-id"):
            found.append("requestId is not X-Request-Id")
        if (slug == "invalid") != bool(body.get("errors")) and slug != "invalid":
            found.append("errors[] stand in `invalid` alone")
        return found


@functools.lru_cache(maxsize=1)
def contract():
    return Contract(os.environ.get("HUB_OPENAPI", DEFAULT))
