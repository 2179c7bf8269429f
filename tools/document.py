"""The OpenAPI documents that are served: one for each service, standing alone, and one of all for tests and clients.

Error answers are written out from x-errors and err.def, and what http adds to each answer is told: ETag, Location, 304, Retry-After.
"""
import pathlib
import re

INTERNAL = {"x-column", "x-raw", "x-stream", "x-cache", "x-brief", "x-run", "x-cors", "x-location"}  # how we do it, not what is promised
ETAG = {"description": "Strong, of the bytes; begins with the version where the answer has one", "schema": {"type": "string"}}
RETRY = {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 0}}
PAGE = {"schema": {"type": "string", "description": "The same for people, where Accept prefers it and in answer to a form"}}
BEARER = {"description": "Bearer", "schema": {"type": "string"}}


def local(node):
    """References made local, our own keys left out."""
    if isinstance(node, list):
        return [local(v) for v in node]
    if not isinstance(node, dict):
        return node
    return {k: "#" + v.split("#")[1] if k == "$ref" else local(v) for k, v in node.items() if k not in INTERNAL}


def references(node):
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield tuple(node["$ref"].split("/")[2:4])
        node = list(node.values())
    for below in node if isinstance(node, list) else []:
        yield from references(below)


class Document:
    def __init__(self, contract, info, operations):
        self.c, self.responses = contract, {}
        paths = {}
        for o in operations:
            paths.setdefault(o["path"], {})[o["method"].lower()] = self.operation(o)
        self.tree = {"openapi": "3.1.0", "info": local(info), "paths": paths, "components": self.components(paths, operations)}

    def operation(self, o):
        op = local(o["node"])
        op["security"] = local(o["security"])
        if o["optional"]:
            op["requestBody"]["required"] = False
        if not o["raw"]:
            self.tell_headers(o, op["responses"])
        told = {}
        for slug in sorted(o["errors"], key=list(self.c.errors).index):
            told.setdefault(self.c.errors[slug][1], []).append(slug)
        for status, slugs in told.items():
            if status in op["responses"]:
                self.join(op["responses"][status], slugs)
            else:
                op["responses"][status] = {"$ref": "#/components/responses/" + self.problem(status, slugs)}
        return op

    def tell_headers(self, o, responses):
        first = responses[str(o["status"])]
        versioned = o["out"] and "x-etag" in self.c.structs[o["out"]][0]
        if o["location"]:
            first.setdefault("headers", {})["Location"] = {"description": o["location"], "required": True,
                                                           "schema": {"type": "string", "format": "uri-reference"}}
        if o["method"] == "GET" and o["out"] or o["method"] in ("PATCH", "PUT") and versioned:
            first.setdefault("headers", {})["ETag"] = ETAG
        if o["method"] == "GET" and o["out"]:
            responses["304"] = {"description": "Not changed since the ETag in If-None-Match", "headers": {"ETag": ETAG}}

    def problem(self, status, slugs):
        """The name of the shared response that tells these slugs."""
        name = "".join(part.capitalize() for slug in slugs for part in slug.split("-"))
        if name not in self.responses:
            self.responses[name] = {"description": "", "content": {}}
            self.join(self.responses[name], slugs)
            headers = {"401": {"WWW-Authenticate": BEARER}, "429": {"Retry-After": RETRY}, "503": {"Retry-After": RETRY},
                       "507": {"Retry-After": RETRY}}.get(status)
            if headers:
                self.responses[name]["headers"] = headers
        return name

    def join(self, response, slugs):
        texts = [response["description"]] * bool(response["description"]) + [f"`{s}`: {self.c.errors[s][2]}" for s in slugs]
        schema = {"$ref": "#/components/schemas/Problem"} if "Problem" in self.c.parts["schemas"] else {"type": "object"}
        response["description"] = "; ".join(texts)
        response.setdefault("content", {}).update({"application/problem+json": {"schema": schema}, "text/html": PAGE})

    def components(self, paths, operations):
        found = {"securitySchemes": {n: local(self.c.parts["securitySchemes"][n]) for o in operations for need in o["security"] for n in need}}
        todo = list(references(paths))
        for kind, name in todo:
            if name not in found.setdefault(kind, {}):
                found[kind][name] = local(self.responses[name] if kind == "responses" else self.c.parts[kind][name])
                todo += references(found[kind][name])
        return {kind: dict(sorted(items.items())) for kind, items in sorted(found.items()) if items}


def documents(c):
    """(service, tree) of each file with paths, and the tree of all."""
    services = []
    for file, doc in c.docs.items():
        operations = [o for o in c.operations if o["file"] == file]
        if operations:
            services.append((re.sub(r"\W", "-", pathlib.Path(file).stem), Document(c, doc["info"], operations).tree))
    common = next((d for f, d in c.docs.items() if pathlib.Path(f).name == "common.yaml"), next(iter(c.docs.values())))
    return services, Document(c, common["info"], c.operations).tree
