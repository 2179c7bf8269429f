"""Files that are two things at once, opened in a real Chromium in every way a page of the hub's own origin can; see browser/polyglots.mjs."""
import urllib.parse

from case import check, need, run, tests
from chromium import Browser, tests_of
from hub import Hub, send, settled
from polyglots import contents


def taken(hub):
    """What the hub took of them: what it is, and where it is fetched."""
    show = hub.editor.post("/v1/shows", title="Polyglots").json["slug"]
    rows = [(what, send(hub.editor, data, filename=name, purpose="asset", showSlug=show)) for what, name, data, _ in contents()]
    for what, begun in rows:
        status = settled(hub.editor, begun)
        if status["state"] == "ready":
            ticket = hub.editor.post(f"/v1/assets/{status['assetId']}/tickets").json
            yield {"what": what, "path": urllib.parse.urlsplit(ticket["url"]).path}


def serve(hub):
    def restart(_wish):
        for fault in hub.restart(env={"HUB_BUG": "notinert"}):
            check(False, fault)
        return True

    return restart


def start():
    hub = Hub()
    hub.editor = hub.signed_in("editor", "ed")
    files = list(taken(hub))
    need(len(files) >= 10, files)
    pictures = ["/pictures/" + row[0] for row in hub.sql("SELECT id || CASE media_type WHEN 'image/png' THEN '.png' WHEN 'image/webp' THEN '.webp' ELSE '.jpg' END FROM picture")]
    hub.browser = Browser({"base": hub.base, "files": files, "pictures": pictures}, ["polyglots"], serve(hub))
    return hub


tests += tests_of("polyglots")
run(start)
