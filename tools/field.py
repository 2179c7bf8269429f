"""One member of a contract struct: its C type, its limits and its row of the Shape table."""
import re

from yaml12 import refuse

SAFE = 2**53 - 1  # every integer on the wire is exact in JavaScript too
KEYWORDS = set("auto break case char const continue default do double else enum extern float for goto if inline int long "
               "register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while "
               "has null bool body".split())


# --- names

def snake(name):
    return re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def upper(name):
    return re.sub(r"\W", "_", snake(name).upper())


def c_name(name):
    s = snake(name)
    return s + "_" if s in KEYWORDS or s[0].isdigit() else s


def c_str(s):
    return '"' + "".join(c if 32 <= ord(c) < 127 and c not in '"\\?' else "".join(f"\\{b:03o}" for b in c.encode()) for c in s) + '"'


def str_init(s):
    return f"{{{c_str(s)}, {len(s.encode())}}}"


# --- patterns: ^ atom{m,n} ... $ whose greedy match is exact

ATOM = re.compile(r"(\[(?P<set>(?:[^\]\\^]|\\.)+)\]|\\(?P<esc>[^\w])|(?P<lit>[A-Za-z0-9_/:@#=,;%&!~<>\"' -]))"
                  r"(?P<many>[*+?]|\{(?P<lo>\d+)(?P<hi>,\d*)?\})?")


def atoms_of(text, node):
    if not re.fullmatch(r"\^.*\$", text):
        refuse(node, "pattern: must be anchored with ^ and $", "pattern")
    atoms, rest = [], text[1:-1]
    while rest:
        m = ATOM.match(rest)
        if not m:
            refuse(node, f"pattern: '{rest}' is outside the subset (sets, literals, *, +, ?, {{m,n}})", "pattern")
        rest, members = rest[m.end():], set()
        chars = re.sub(r"\\(.)", r"\1", m["set"]) if m["set"] else m["esc"] or m["lit"]
        for a, b, c in re.findall(r"(.)-(.)|(.)", chars) if m["set"] else [("", "", chars)]:
            members |= set(range(ord(a), ord(b) + 1)) if a else {ord(c)}
        lo, hi = {"*": (0, None), "+": (1, None), "?": (0, 1), None: (1, 1)}.get(m["many"]) or (
            int(m["lo"]), int(m["lo"]) if m["hi"] is None else int(m["hi"][1:]) if m["hi"] != "," else None)
        atoms.append((members, lo, hi))
    return atoms


def pattern_init(text, node):
    """The C initializer, and the most characters it can match (None: any number)."""
    atoms = atoms_of(text, node)
    for i, (members, lo, hi) in enumerate(atoms):
        for later, least, _ in atoms[i + 1:] if lo != hi else []:
            if members & later:
                refuse(node, "pattern: a repeated set overlaps what may follow it, so a greedy match would not be exact", "pattern")
            if least:
                break
    words = lambda ms: ", ".join(hex(sum(1 << (c & 31) for c in ms if c >> 5 == w)) for w in range(4))
    rows = ", ".join(f"{{{{{words(ms)}}}, {lo}, {'UINT32_MAX' if hi is None else hi}}}" for ms, lo, hi in atoms)
    most = None if any(hi is None for *_, hi in atoms) else sum(hi for *_, hi in atoms)
    return f"&(const Pattern){{{c_str(text)}, (const Atom[]){{{rows}}}, {len(atoms)}}}", most


class Field:
    """`init` is its row of the table; `bounded` is False when a request could make it any size."""

    def __init__(self, contract, name, node, required=False, where=None):
        if not re.fullmatch(r"[\w$.-]{1,60}", name):
            refuse(node, f"name '{name}': 1 to 60 of letters, digits, _ $ . -")
        self.json, self.c, self.node, self.where = name, c_name(name), node, where
        self.required, self.init, self.bounded, self.item = required, {}, True, None
        node, self.nullable = contract.schema(node)
        self.schema, self.column = node, node.get("x-column", snake(name))
        self.default = node.get("default")
        getattr(self, "be_" + node["type"])(contract, node)
        if self.default is not None:
            self.take_default(node)
        self.has = (not required and self.default is None) or self.nullable
        self.null = self.nullable and not required

    def limits(self, node, low, high, default, ceiling):
        lo, hi = node.get(low, default), node.get(high, ceiling)
        if not all(isinstance(v, int) for v in (lo, hi)) or lo > hi:
            refuse(node, f"{low}/{high}: must be integers in order", low)
        self.init |= {"min": lo, "max": hi}

    def be_string(self, contract, node):
        self.kind, self.ctype, form = "F_STR", "Str", node.get("format")
        self.limits(node, "minLength", "maxLength", 0, SAFE)
        self.bounded = "maxLength" in node
        if "enum" in node:
            self.kind, self.ctype, self.bounded = "F_ENUM", node["x-name"], True
            self.init = {"names": "&" + upper(node["x-name"])}
        elif form == "date-time":
            self.kind, self.ctype, self.bounded = "F_TIME", "int64_t", True
        elif form == "uri":
            self.init["format"] = "AS_URI"
        elif form:
            refuse(node, f"format '{form}': only date-time and uri are checked", "format")
        if "pattern" in node:
            self.init["pattern"], most = pattern_init(node["pattern"], node)
            self.bounded |= most is not None

    def be_integer(self, contract, node):
        self.kind, self.ctype = "F_INT", "int64_t"
        self.limits(node, "minimum", "maximum", -SAFE, SAFE)
        if node.get("format", "int64") not in ("int64", "int32") or self.init["max"] > SAFE or self.init["min"] < -SAFE:
            refuse(node, "integer: int32 or int64 within 2^53 - 1; a larger one must be a string")

    def be_number(self, contract, node):
        self.kind, self.ctype = "F_NUM", "double"
        self.limits(node, "minimum", "maximum", -SAFE, SAFE)

    def be_boolean(self, contract, node):
        self.kind, self.ctype = "F_BOOL", "bool"

    def be_object(self, contract, node):
        if node.get("additionalProperties") is True and "properties" not in node:
            self.kind, self.ctype, self.bounded = "F_JSON", "Str", "x-max-bytes" in node
            self.init["max"] = node.get("x-max-bytes", SAFE)
        elif "x-name" in node:
            self.kind, self.ctype = "F_OBJ", node["x-name"]
            self.init["shape"] = "&" + upper(self.ctype)
        else:
            refuse(node, "an object must be a component (it becomes a struct), or free-form (additionalProperties: true)")

    def be_array(self, contract, node):
        self.item = Field(contract, "item", node.get("items") or refuse(node, "array: without items"), True)
        if self.item.kind == "F_LIST" or self.item.nullable:
            refuse(node, "array: of arrays or of nullable items")
        self.kind, self.ctype = "F_LIST", re.sub(r"_t$", "", self.item.ctype).capitalize() + "List" \
            if self.item.ctype[0].islower() else self.item.ctype + "List"
        self.limits(node, "minItems", "maxItems", 0, SAFE)
        self.bounded = "maxItems" in node and self.item.bounded

    def take_default(self, node):
        d, kind = self.default, self.kind
        fits = {"F_STR": str, "F_ENUM": str, "F_INT": int, "F_BOOL": bool, "F_LIST": list}.get(kind)
        if not fits or not isinstance(d, fits) or (kind == "F_INT" and isinstance(d, bool)) or (kind == "F_LIST" and d) \
                or self.required or self.nullable:
            refuse(node, "default: of this type, on an optional field that is not nullable; an array's only []", "default")
        if kind == "F_ENUM" and d not in node["enum"] or kind == "F_INT" and not self.init["min"] <= d <= self.init["max"]:
            refuse(node, "default: outside the schema's own limits", "default")
        if kind == "F_STR":
            self.init["def_str"] = str_init(d)
        elif kind != "F_LIST":
            self.init["def"] = node["enum"].index(d) + 1 if kind == "F_ENUM" else int(d)
        self.init["has_default"] = "true"

    def row(self, struct):
        at = f"offsetof({struct}, {self.c})" if struct else "0"
        key = f',"{self.json}":'
        row = {"json": c_str(self.json), "key": c_str(key.ljust(-(-len(key) // 16) * 16, "\0")), "column": c_str(self.column),
               "json_n": len(self.json), "key_n": len(key), "kind": self.kind, "at": at, "size": f"sizeof({self.ctype})"}
        flags = {"where": self.where, "required": self.required and "true", "nullable": self.nullable and "true",
                 "has_at": struct and self.has and f"offsetof({struct}, has.{self.c})",
                 "null_at": struct and self.null and f"offsetof({struct}, null.{self.c})",
                 "item": self.item and "&" + self.item.row("")}
        row |= {k: v for k, v in (flags | self.init).items() if v}
        return ("" if struct else "(const Field)") + "{" + ", ".join(f".{k} = {v}" for k, v in row.items()) + "}"
