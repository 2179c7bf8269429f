"""Schemathesis makes requests of the contract, right ones and wrong ones, as anybody, a fan and an administrator: what comes back is in the contract, and never a fault of ours."""
import os
import pathlib
import re
import subprocess
import tempfile

from case import check, need, run, test
from hub import Hub
from pypi import environment

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance,negative_data_rejection"
REFUSED = [400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 414, 415, 422, 428, 429]  # what may become of a wrong request
PATIENCE = 300


def settings(known):
    """`known`: path parameters that lead to something."""
    lines = ["[checks]", f"negative_data_rejection.expected-statuses = {REFUSED}", "[warnings]", "enabled = false"]
    return "\n".join(lines + ["[parameters]"] + [f'"path.{name}" = "{value}"' for name, value in known.items()])


def attack(hub, client, seed, known=None):
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder) / "schemathesis.toml"
        config.write_text(settings(known or {}))
        command = [environment("schemathesis") / "schemathesis", "--config-file", config, "run", os.environ["HUB_OPENAPI"], "--url", hub.base, "--checks", CHECKS, "--phases", "fuzzing",
                   "-n", "10", "--seed", str(seed), "--no-color", "--continue-on-failure", "--exclude-operation-id", "deleteMe"]  # or there is nobody left to ask
        if client.token:
            command += ["-H", f"Authorization: Bearer {client.token}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    cases = re.search(r"(\d+) generated", done.stdout)
    print(f"{cases[1] if cases else 'no'} cases, seed {seed}")
    check(done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:])
    check(cases and int(cases[1]) >= 600, f"too few cases to prove anything: {done.stdout[-500:]}")


@test
def anybody_gets_what_the_contract_says(hub):
    attack(hub, hub.client(), 1)


@test
def a_fan_gets_what_the_contract_says(hub):
    attack(hub, hub.signed_in("fan"), 2)


@test
def an_administrator_gets_what_the_contract_says(hub):
    attack(hub, hub.signed_in("admin"), 3)


@test
def so_it_is_with_things_that_are_there(hub):
    editor = hub.signed_in("editor")
    show = editor.post("/v1/shows", title="Tante").json["slug"]
    video = hub.published("Sate")
    need(editor.patch(f"/v1/videos/{video}", show=show).status == 200, "a show")
    slug = editor.get(f"/v1/videos/{video}").json["slug"]
    known = {"id": video, "slug": slug}
    attack(hub, hub.signed_in("fan"), 4, known)
    attack(hub, hub.signed_in("admin"), 5, known)


run(Hub)
