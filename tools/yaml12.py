"""YAML 1.2 core schema (not PyYAML's 1.1: `no` is a string, `012` too, keys are unique), with line numbers."""
import re

import yaml


class Refused(Exception):
    pass


class Map(dict):
    """A YAML mapping that knows where it stands."""
    file, line, lines = "", 0, {}


def refuse(node, why, key=None):
    raise Refused(f"{node.file}:{node.lines.get(key, node.line)}: {why}")


class Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}


for tag, pattern, first in (("bool", "true|false", "tf"), ("int", "-?[1-9][0-9]*|0", "-0123456789"),
                            ("float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)([eE][-+]?[0-9]+)?", "-0123456789"), ("null", "null|~|", "n~")):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first) + [""] * (tag == "null"))


def construct(loader, node):
    at = Map()
    at.file, at.line, at.lines = loader.name, node.start_mark.line + 1, {}
    yield at
    for k, v in node.value:
        key = str(k.value)
        if key in at:
            raise Refused(f"{loader.name}:{k.start_mark.line + 1}: '{key}' twice")
        at.lines[key] = k.start_mark.line + 1
        at[key] = loader.construct_object(v, deep=True)


Loader.add_constructor("tag:yaml.org,2002:map", construct)


def only(node, allowed, what):
    for key in node:
        if key not in allowed:
            refuse(node, f"{what}: '{key}' is outside the supported subset", key)


def need(node, key, what):
    return node[key] if key in node else refuse(node, f"{what}: '{key}' is missing")


def load(path):
    loader = Loader(path.read_text())
    loader.name = str(path)
    try:
        tree = loader.get_single_data()
    except yaml.YAMLError as e:
        raise Refused(f"{path}:{e.problem_mark.line + 1 if getattr(e, 'problem_mark', None) else 1}: not YAML: {e}") from e
    if not isinstance(tree, Map):
        raise Refused(f"{path}:1: not a mapping")
    return tree
