"""The subset of OpenAPI 3.1 that compiles to C: structs, enums, operations, and every refusal with file:line.

Keys are allowed one by one: whatever this file does not name is refused. Raw operations (x-raw) are the exception:
what they answer and read by hand is passed through to the documents.
"""
import pathlib
import re
import sys

from field import Field, snake, upper
from yaml12 import Map, Refused, need, only, refuse

HTTP = {"get", "post", "put", "patch", "delete", "head", "options"}
RAW_HTTP = {"head", "options"}
UNSAFE = {"post", "put", "patch", "delete"}
NOTES = {"description", "title", "deprecated", "examples", "x-column", "default"}
ALLOWED = {  # JSON Schema keywords by type
    "string": {"minLength", "maxLength", "pattern", "format", "enum"},
    "integer": {"minimum", "maximum", "format"}, "number": {"minimum", "maximum"}, "boolean": set(),
    "array": {"items", "minItems", "maxItems"},
    "object": {"properties", "required", "additionalProperties", "x-links", "x-max-bytes", "x-etag"},
}
OPERATION = {"operationId", "summary", "description", "tags", "parameters", "requestBody", "responses", "security", "deprecated",
             "x-rate", "x-body-max", "x-errors", "x-raw", "x-stream", "x-cache", "x-brief", "x-run", "x-cors"}
# C names that every file with contract.h may see already: a component of that name would not compile, or worse, would.
TAKEN = set("Arena Buf Str Cx Err ErrKind Fault Ticket Viewer Kind Where Format List Atom Pattern Enum Field Link Shape Req Res Method "
            "Route Match Router Document Rate Sql Val Tx Db Conn DbConf DbStats Given Answer Header Body Path Conf ConfKind ConfRow "
            "Digest DigestKind LogLevel LogField Server ServerConf ServerHooks FileSend Throttle App Migration Test".split())
TAKEN_UPPER = set("OK COUNT ARGS NO_ARGS BUF S V TRY TEST CHECK ERR ERR_BIT LIKELY CLEANUP LS LZ LI ROUTES DOCUMENTS NULL EOF "
                  "SCOPE_NAMES RATE_NAMES STR_FMT STR_ARG".split())


class Contract:
    def __init__(self, errors, documents, rows=None):
        self.errors, self.docs, self.rows = errors, documents, rows or {}
        self.parts = {"schemas": {}, "parameters": {}, "securitySchemes": {}, "headers": {}}
        self.structs, self.enums, self.operations, self.refusals = {}, {}, [], []
        for doc in documents.values():
            only(doc, {"openapi", "info", "paths", "components", "security", "tags"}, "document")
            self.take_parts(doc, set(self.parts))
        for doc in self.rows.values():
            only(doc, {"openapi", "info", "paths", "components"}, "rows")
            if doc.get("paths"):
                refuse(doc, "rows: has no operations", "paths")
            self.take_parts(doc, {"schemas"})
        for name, node in self.parts["schemas"].items():
            self.attempt(self.component, name, node)
        for file, doc in documents.items():
            for path, item in doc.get("paths", {}).items():
                for method, op in item.items():
                    self.attempt(self.operation, file, path, method, op, item)
            self.references(doc)
        self.attempt(self.lint)
        if self.refusals:
            sys.exit("\n".join(self.refusals))

    def take_parts(self, doc, kinds):
        for kind, items in doc.get("components", {}).items():
            for name, node in items.items():
                if kind not in kinds or name in self.parts[kind]:
                    refuse(items, f"{kind}/{name}: not supported here, or named twice (components share one namespace)", name)
                self.parts[kind][name] = node

    def attempt(self, step, *args):
        try:
            step(*args)
        except Refused as e:
            if str(e) not in self.refusals:
                self.refusals.append(str(e))

    def references(self, node):
        """Every reference of a document leads somewhere, also where nothing is compiled from it."""
        if isinstance(node, Map) and isinstance(node.get("$ref"), str):
            kind = re.search(r"#/components/(\w+)/", node["$ref"])
            self.attempt(self.follow, node, kind[1] if kind else "?")
        for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
            self.references(below)

    def follow(self, node, kind):
        """$ref -> (name, node); the file named must be the one that defines it."""
        m = re.fullmatch(r"(?:[\w./-]*/)?([\w.-]*)#/components/(\w+)/(\w+)", node["$ref"])
        target = m and m[2] == kind and self.parts.get(kind, {}).get(m[3])
        if not target or pathlib.Path(target.file).name != (m[1] or pathlib.Path(node.file).name):
            refuse(node, f"$ref: no such {kind} '{node['$ref']}'", "$ref")
        return m[3], target

    def schema(self, node):
        """The schema with its reference followed, and whether null is allowed."""
        if "anyOf" in node:  # the one form: a reference or null
            refs = [s for s in node["anyOf"] if "$ref" in s]
            if len(refs) != 1 or len(node["anyOf"]) != 2 or {"type": "null"} not in node["anyOf"]:
                refuse(node, "anyOf: only [{$ref: …}, {type: 'null'}]", "anyOf")
            only(node, NOTES | {"anyOf"}, "schema")
            return self.schema(refs[0])[0], True
        if "$ref" in node:
            only(node, NOTES | {"$ref"}, "schema beside $ref")
            name, target = self.follow(node, "schemas")
            target, nullable = self.schema(target)
            seen = Map(target | {k: v for k, v in node.items() if k != "$ref"})
            seen.file, seen.line, seen.lines = node.file, node.line, node.lines
            if "x-name" not in seen and ("enum" in seen or "properties" in seen):
                seen["x-name"] = name
            return seen, nullable
        kinds = node.get("type") if isinstance(node.get("type"), list) else [node.get("type")]
        kind = [k for k in kinds if k != "null"]
        if len(kind) != 1 or kind[0] not in ALLOWED:
            refuse(node, "schema: needs one type (or one and 'null'); oneOf, allOf, not are refused", "type")
        only(node, NOTES | ALLOWED[kind[0]] | {"type"}, kind[0])
        if "enum" in node and not any(node is s for s in self.parts["schemas"].values()):
            refuse(node, "an enum must be a component (it becomes a C enum)", "enum")
        plain = Map(node | {"type": kind[0]})
        plain.file, plain.line, plain.lines = node.file, node.line, node.lines
        return plain, "null" in kinds

    def component(self, name, node):
        schema, nullable = self.schema(node)
        if nullable:
            refuse(node, "a component is never nullable; say so where it is used", "type")
        if "enum" in schema:
            values = schema["enum"]
            if not all(isinstance(v, str) and re.fullmatch(r"[\w.:/-]+", v) for v in values):
                refuse(node, "enum: values must be strings of [A-Za-z0-9_.:/-]; quote numbers", "enum")
            if len({upper(v) for v in values}) < len(values):
                refuse(node, "enum: two values with one C name", "enum")
            self.named(name, node)
            self.enums[name] = schema
        elif "properties" in schema:
            required = schema.get("required", [])
            for r in set(required) - set(schema["properties"]):
                refuse(node, f"required: no property '{r}'", "required")
            self.struct(name, schema, [Field(self, k, v, k in required) for k, v in schema["properties"].items()])

    def named(self, name, node):
        if not re.fullmatch(r"[A-Z]\w*", name) or name in TAKEN or upper(name) in TAKEN_UPPER:
            refuse(node, f"'{name}': not a name for a component (taken by a C type, or not in CamelCase)")
        if name in self.structs or name in self.enums:
            refuse(node, f"'{name}': is the name of another component")

    def struct(self, name, node, fields):
        self.named(name, node)
        if len({f.c for f in fields}) < len(fields) or not 0 < len(fields) <= 64:
            refuse(node, f"{name}: two fields with one C name, none, or more than 64")
        version = next((f for f in fields if f.json == node.get("x-etag")), None)
        if "x-etag" in node and (not version or version.kind != "F_INT" or version.has):
            refuse(node, "x-etag: names a required integer member", "x-etag")
        self.structs[name] = (node, fields)

    def parameter(self, node, raw):
        """The field of a parameter; None for what a raw operation reads by hand."""
        if "$ref" in node:
            node = self.follow(node, "parameters")[1]
        only(node, {"name", "in", "required", "schema", "description", "deprecated", "example"}, "parameter")
        if raw and node.get("in") in ("query", "header", "cookie"):
            return None
        if node.get("in") not in ("path", "query", "header"):
            refuse(node, f"parameter: in '{node.get('in')}' is not supported", "in")
        f = Field(self, need(node, "name", "parameter"), need(node, "schema", "parameter"), node.get("required", False), "IN_" + node["in"].upper())
        if f.kind in ("F_OBJ", "F_JSON", "F_NUM") or f.nullable or (f.kind == "F_LIST" and (node["in"] != "query" or f.init["min"])):
            refuse(node, "parameter: a string, integer, boolean, enum or time; an array in the query only, without minItems")
        return f

    def parameters(self, path, op, item, raw):
        """Path parameters in the template's order, then the others."""
        for part in path.split("/")[1:] if path != "/" else []:
            if not re.fullmatch(r"[\w.~-]+|\{\w+\}[\w.~-]*", part):
                refuse(item, f"path segment '{part}': a literal, or {{name}} with a literal after it", path)
        in_path = re.findall(r"\{(\w+)\}", path)
        fields = [f for f in (self.parameter(p, raw) for p in op.get("parameters", [])) if f]
        paths = [f for f in fields if f.where == "IN_PATH"]
        if sorted(f.json for f in paths) != sorted(in_path) or not all(f.required for f in paths) or len(paths) > 8:
            refuse(op, f"parameters in path must be {in_path}, all required, 8 at most", "parameters")
        return sorted(paths, key=lambda f: in_path.index(f.json)) + [f for f in fields if f not in paths]

    def body(self, op):
        """The body's field, and whether no member of it is required, so that no body at all is {}."""
        body = op["requestBody"]
        only(body, {"required", "content", "description"}, "requestBody")
        content = body.get("content", {})
        if list(content) != ["application/json"]:
            refuse(body, "requestBody: application/json alone", "content")
        field = Field(self, "body", need(content["application/json"], "schema", "requestBody"), True, "IN_BODY")
        if field.kind != "F_OBJ":
            refuse(body, "requestBody: a $ref to an object component")
        field.c = "body"
        optional = not any(f.required for f in self.structs.get(field.ctype, (None, []))[1])
        if not optional and body.get("required") is not True:
            refuse(body, "requestBody: must say required: true, as its schema has required members", "required")
        return field, optional

    def answers(self, op, raw):
        """The success statuses, the component they answer, the template of Location."""
        responses = op.get("responses") or refuse(op, "operation without responses")
        good = [s for s in responses if re.fullmatch("2.." if not raw else "[23]..", s)]
        if raw:
            return [int(s) for s in good[:1]] or [200], None, None
        if not good or len(good) < len(responses) or len(good) > 4:
            refuse(op, "responses: one to four success statuses; errors come from x-errors", "responses")
        outs, places = set(), [responses[s].get("x-location") for s in good]
        for s in good:
            only(responses[s], {"description", "content", "x-location"}, "response")
            content = responses[s].get("content", {})
            if content and (list(content) != ["application/json"] or "$ref" not in content["application/json"].get("schema", {}) or s == "204"):
                refuse(responses[s], "response: application/json of a $ref alone, and nothing with 204", "content")
            outs.add(self.follow(content["application/json"]["schema"], "schemas")[0] if content else None)
        if len(outs) > 1 or any(places[1:]):
            refuse(op, "responses: all success statuses answer one schema; x-location stands at the first", "responses")
        out = outs.pop()
        if out and out not in self.structs:
            refuse(op, f"responses: {out} is not an object", "responses")
        self.check_location(responses[good[0]], places[0], out)
        return [int(s) for s in good], out, places[0]

    def check_location(self, response, template, out):
        if template is None:
            return
        fields = {f.json: f for f in self.structs[out][1]} if out else {}
        names = re.findall(r"\{(\w+)\}", template)
        if not re.fullmatch(r"/[\w./~{}-]+", template) or not all(
                n in fields and fields[n].kind in ("F_STR", "F_INT") and not fields[n].has for n in names):
            refuse(response, "x-location: a path whose {members} are required texts or integers of the answer", "x-location")

    def security(self, doc, op):
        """The scope asked (or None), whether somebody must be signed in, and what is written in the document."""
        security = op.get("security", doc.get("security"))
        if security is None:
            refuse(op, "operation: say security ([] for everybody)")
        unknown = {name for need in security for name in need} - set(self.parts["securitySchemes"])
        if unknown:
            refuse(op, f"security: {sorted(unknown)} are not securitySchemes", "security")
        scopes = sorted({s for need in security for scopes in need.values() for s in scopes})
        everybody = security == [] or {} in security
        if len(scopes) > 1 or (scopes and everybody):
            refuse(op, "security: one scope at most, and none where everybody may", "security")
        return scopes[0] if scopes else None, not everybody, security

    def implied(self, o, op):
        """The errors that follow from what an operation takes and who may."""
        slugs = set(op.get("x-errors", [])) | {"internal", "unavailable", "rate-limited", "malformed", "address-too-long"}  # of any request
        known = any(o["security"])  # a bad token is told, also where nobody need be signed in
        if (o["fields"] and not o["raw"]) or o["body"] or len(op.get("parameters", [])) > len(o["fields"]):
            slugs |= {"invalid"}
        if o["body"]:
            slugs |= {"too-large", "timeout"} | (set() if o["raw"] else {"media-type"})
        if o["raw"] and o["fields"]:
            slugs |= {"not-found"}  # of a path that breaks its pattern
        if known:
            slugs |= {"sign-in-required"}
        if known and (o["scope"] or o["unsafe"]):  # unsafe: a session's Origin is checked
            slugs |= {"forbidden"}
        if o["write"]:
            slugs |= {"store-full"}
        unknown = slugs - set(self.errors)
        if unknown:
            refuse(op, f"x-errors: {sorted(unknown)} not in err.def", "x-errors")
        return slugs

    def flags(self, method, op, raw):
        if method not in HTTP or (method in RAW_HTTP and not raw):
            refuse(op, f"'{method}' is not supported here ({', '.join(sorted(RAW_HTTP))} only with x-raw)")
        if op.get("x-stream") and not raw:
            refuse(op, "x-stream: needs x-raw", "x-stream")
        if op.get("x-cache") and method != "get":
            refuse(op, "x-cache: a GET only", "x-cache")
        if op.get("x-brief") and method != "get":
            refuse(op, "x-brief: a GET only", "x-brief")
        if op.get("x-cors") and (op.get("x-cache") or op.get("x-stream")):
            refuse(op, "x-cors: of what is neither kept in memory nor streamed", "x-cors")
        if op.get("x-run", "write") != "write":
            refuse(op, "x-run: only 'write'", "x-run")
        if "x-body-max" in op and not raw and "requestBody" not in op:
            refuse(op, "x-body-max: there is no body", "x-body-max")
        if not isinstance(op.get("x-body-max", 1), int) or op.get("x-body-max", 1) < 1:
            refuse(op, "x-body-max: bytes, 1 or more", "x-body-max")
        return dict(unsafe=method in UNSAFE, write=method in UNSAFE or "x-run" in op, stream=bool(op.get("x-stream")),
                    cached=bool(op.get("x-cache")), brief=bool(op.get("x-brief")), cors=bool(op.get("x-cors")))

    def operation(self, file, path, method, op, item):
        if method not in HTTP:
            refuse(item, f"'{method}' under a path is not supported", method)
        only(op, OPERATION, "operation")
        name, raw = op.get("operationId") or refuse(op, "operation without operationId"), op.get("x-raw", False)
        if not re.fullmatch(r"[a-z]+[0-9]*([A-Z][a-zA-Z0-9]*)+", name):
            refuse(op, f"operationId '{name}': verbNoun, so that its C name is nobody else's", "operationId")
        body = "requestBody" in op or (raw and "x-body-max" in op)
        fields, optional = self.parameters(path, op, item, raw), False
        if "requestBody" in op and not raw:
            field, optional = self.body(op)
            fields.append(field)
        statuses, out, location = self.answers(op, raw)
        scope, signed, security = self.security(self.docs[file], op)
        o = dict(id=name, c=snake(name), file=file, method=method.upper(), path=path, status=statuses[0], also=statuses[1:], out=out,
                 location=location, raw=raw, scope=scope, signed=signed, security=security, fields=fields, body=body, optional=optional,
                 rate=op.get("x-rate") or refuse(op, "operation without x-rate"), node=op,
                 limit=op.get("x-body-max", 65536 if body else 0), struct=None, path_struct=None) | self.flags(method, op, raw)
        if o["brief"] and (security if raw else signed):
            refuse(op, "x-brief: for everybody; of a raw one nobody looks who asks, so security: []", "x-brief")
        if o["cached"] and signed:
            refuse(op, "x-cache: what needs a signed-in viewer is never answered from memory", "x-cache")
        o["errors"] = self.implied(o, op)
        if fields:
            kind = "path_struct" if raw else "struct"
            o[kind] = name[0].upper() + name[1:] + ("Path" if raw else "In")
            self.struct(o[kind], op, fields)
        self.operations.append(o)

    def lint(self):
        """What only shows when everything is known: requests bounded and closed, PATCH without defaults, pages, names."""
        todo = [(o["struct"], o["method"] == "PATCH") for o in self.operations if o["struct"]]
        for name, patch in todo:
            node, fields = self.structs.get(name, ({}, []))
            if "properties" in node and node.get("additionalProperties") is not False:
                self.attempt(refuse, node, f"{name}: a request object must say additionalProperties: false")
            for f in fields:
                if not f.bounded:
                    self.attempt(refuse, f.node, f"{name}.{f.json}: a request field needs a ceiling (maxLength, maxItems, a bounded pattern)")
                if patch and f.where is None and f.default is not None:
                    self.attempt(refuse, f.node, f"{name}.{f.json}: a default in a PATCH would overwrite what was not sent")
                inner = f.item or f
                if inner.kind == "F_OBJ" and (inner.ctype, patch) not in todo:
                    todo.append((inner.ctype, patch))
        for o in self.operations:
            page = o["out"] and o["out"].endswith("Page") and {f.json for f in self.structs[o["out"]][1]}
            if page and (not {"items", "nextCursor"} <= page or not {"limit", "cursor"} <= {f.json for f in o["fields"]}):
                self.attempt(refuse, o["node"], f"{o['id']}: a page has items and nextCursor, its operation limit and cursor")
        seen = {}
        for o in self.operations:
            if seen.setdefault(o["id"], o) is not o:
                self.attempt(refuse, o["node"], f"operationId '{o['id']}' twice", "operationId")
            meaning = (o["method"], re.sub(r"\{\w+\}", "{}", o["path"]))
            if seen.setdefault(meaning, o) is not o:
                self.attempt(refuse, o["node"], f"{o['method']} {o['path']}: means the same as {seen[meaning]['path']}")

    def scopes(self):
        return sorted({o["scope"] for o in self.operations if o["scope"]})

    def link_rows(self, name, node):
        for link, to in node.get("x-links", {}).items():
            at = next((i for i, o in enumerate(self.operations) if o["id"] == to.get("operation")), None)
            op = at is not None and self.operations[at]
            (theirs, ours), = to.get("with", {"": ""}).items()
            mine = next((f for f in self.structs[name][1] if f.json == ours), None)
            input_ = op and op["struct"] and next((f for f in op["fields"] if f.json == theirs), None)
            if not mine or not input_ or mine.ctype != input_.ctype:
                refuse(node["x-links"], f"x-links: {link}: no such operation, or its input and our field differ in type", link)
            yield link, at, f"offsetof({name}, {mine.c})", f"offsetof({op['struct']}, {input_.c})"
