"""Every role at every operation: what the contract's scopes say is what happens.

ROWS has a line for each operation of the contract; one without a line fails, so that a new route cannot
come without being asked about here.
"""
from case import check, equal, run, test
from contract import contract
from hub import OCTETS, Hub

FAN = {"me:read", "me:write", "ticket:write", "community:write"}
EDITOR = FAN | {"show:write", "video:write", "video:publish", "upload:write"}
SCOPES = {"fan": FAN, "premium": FAN, "sponsor": FAN, "editor": EDITOR, "moderator": FAN | {"comment:moderate"}, "admin": None}  # admin: all there are
ADMIN = {"account:write", "flag:read", "flag:write"}  # nobody else's

ID, TUS = "0" * 26, {"Tus-Resumable": "1.0.0"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# operation: values for its path, headers, JSON body, and what may be 401 or 403 for another reason
ROWS = {
    "createTicket": ({}, {}, {}),
    "getTicket": ({"ticket": "A" * 32}, {}, None),
    "revokeTicket": ({"ticket": "A" * 32}, {}, None),
    "listMyTickets": ({}, {}, None),
    "getQuota": ({}, {}, None),
    "listMyDownloads": ({}, {}, None),
    "getDownload": ({"ticket": "A" * 32, "filename": "a"}, {}, None),
    "getMe": ({}, {}, None),
    "putMyAge": ({}, {}, {"atLeast": 17}),
    "deleteMyAge": ({}, {}, None),
    "confirmAgePage": ({}, FORM, None),
    "embedPage": ({"slug": "none"}, {}, None),
    "listMySessions": ({}, {}, None),
    "endMySessions": ({}, {}, None),
    "endMySession": ({}, {}, None),
    "listAccounts": ({}, {}, None),
    "getAccount": ({}, {}, None),
    "updateAccount": ({}, {}, {"role": "fan"}),
    "listShows": ({}, {}, None),
    "createShow": ({}, {}, {"title": "A show"}),
    "getShow": ({"slug": "none"}, {}, None),
    "updateShow": ({"slug": "none"}, {}, {"title": "A show"}),
    "deleteShow": ({"slug": "none"}, {}, None),
    "listVideos": ({}, {}, None),
    "createVideo": ({}, {}, {"title": "A video"}),
    "getVideo": ({}, {}, None),
    "updateVideo": ({}, {}, {"title": "A video"}),
    "deleteVideo": ({}, {}, None),
    "getVideoBySlug": ({"slug": "none"}, {}, None),
    "listVideoPictures": ({}, {}, None),
    "getPicture": ({"file": "0" * 26 + ".jpg"}, {}, None),
    "publishVideo": ({}, {}, None),
    "unpublishVideo": ({}, {}, None),
    "listVideoAssets": ({}, {}, None),
    "listShowAssets": ({"slug": "none"}, {}, None),
    "listAssets": ({}, {}, None),
    "getAsset": ({}, {}, None),
    "updateAsset": ({}, {}, {"title": "An asset"}),
    "deleteAsset": ({}, {}, None),
    "listCaptions": ({}, {}, None),
    "updateCaption": ({}, {}, {"label": "Captions"}),
    "deleteCaption": ({}, {}, None),
    "searchVideos": ({}, {}, None),
    "createPlayback": ({}, {}, None),
    "putProgress": ({}, {}, {"positionMs": 1, "playedMs": 1}),
    "renewPlayback": ({}, {}, None),
    "allowStream": ({"token": "t", "version": ID, "file": "f"}, {}, None),
    "allowSegment": ({"token": "t", "version": ID, "rendition": "144p", "file": "f"}, {}, None),
    "allowConfiguration": ({}, {}, None),
    "allowJwks": ({}, {}, None),
    "allowToken": ({}, {}, None),
    "allowRevocation": ({}, {}, None),
    "allowUserinfo": ({}, {}, None),
    "describeUploads": ({}, TUS, None),
    "createUpload": ({}, {**TUS, "Upload-Length": "5"}, None),
    "getUpload": ({}, {}, None),
    "headUpload": ({}, TUS, None),
    "appendUpload": ({}, {**TUS, "Upload-Offset": "0", "Content-Type": OCTETS}, None),
    "deleteUpload": ({}, TUS, None),
    "getEncoding": ({}, {}, None),
    "encodeAgain": ({}, {}, None),
    "cancelEncoding": ({}, {}, None),
    "getDocument": ({"service": "metadata"}, {}, None),
    "getProblem": ({"slug": "not-found"}, {}, None),
    "homePage": ({}, {}, None),
    "newestPage": ({}, {}, None),
    "getHome": ({}, {}, None),
    "getHomeLayout": ({}, {}, None),
    "putHomeLayout": ({}, {}, {"rails": ["latest"]}),
    "myHistoryPage": ({}, {}, None),
    "myNotificationsPage": ({}, {}, None),
    "getPushWorker": ({}, {}, None),
    "getFeed": ({}, {}, None),
    "getSitemap": ({}, {}, None),
    "getOembed": ({}, {}, None),
    "searchPage": ({}, {}, None),
    "watchPage": ({"slug": "none"}, {}, None),
    "ticketPage": ({"ticket": "A" * 32}, {}, None),
    "myTicketsPage": ({}, {}, None),
    "getPageAsset": ({"file": "none.css"}, {}, None),
    "showLogin": ({}, {}, None),
    "finishSignIn": ({}, {}, None),
    "showSignUp": ({}, {}, None),
    "showRecover": ({}, {}, None),
    "showSetup": ({}, {}, None),
    "securityPage": ({}, {}, None),
    "privacyPage": ({}, {}, None),
    "exportMe": ({}, {}, None),
    "listMyConsents": ({}, {}, None),
    "putMyConsent": ({}, {}, {"purpose": "history", "granted": True}),
    "createShare": ({}, {}, {"channel": "copy"}),
    "listShares": ({}, {}, None),
    "openShare": ({"code": "A" * 8}, {}, None),
    "movePlaylistVideo": ({}, {}, {}),
    "myPlaylistsPage": ({}, {}, None),
    "playlistPage": ({}, {}, None),
    "listMyPlaylists": ({}, {}, None),
    "createPlaylist": ({}, {}, {"title": "A list"}),
    "getPlaylist": ({}, {}, None),
    "updatePlaylist": ({}, {}, {"title": "A list"}),
    "deletePlaylist": ({}, {}, None),
    "listPlaylistVideos": ({}, {}, None),
    "addPlaylistVideo": ({}, {}, None),
    "dropPlaylistVideo": ({}, {}, None),
    "getWatchLater": ({}, {}, None),
    "listMyHistory": ({}, {}, None),
    "clearMyHistory": ({}, {}, None),
    "forgetMyHistory": ({}, {}, None),
    "getMyHistorySettings": ({}, {}, None),
    "setMyHistory": ({}, {}, {"keep": True}),
    "listMyFollows": ({}, {}, None),
    "followShow": ({"slug": "none"}, {}, None),
    "unfollowShow": ({"slug": "none"}, {}, None),
    "listMyNotifications": ({}, {}, None),
    "readMyNotifications": ({}, {}, None),
    "readMyNotification": ({}, {}, None),
    "getMyNotificationSettings": ({}, {}, None),
    "setMyNotificationSettings": ({}, {}, {"episodes": True, "replies": True, "pushEpisodes": True, "pushReplies": True}),
    "listMyPushSubscriptions": ({}, {}, None),
    "createPushSubscription": ({}, {}, {"endpoint": "https://push.example/x", "keys": {"p256dh": "A" * 87, "auth": "A" * 22}}),
    "deletePushSubscription": ({}, {}, None),
    "getPushKey": ({}, {}, None),
    "getLikes": ({}, {}, None),
    "likeVideo": ({}, {}, None),
    "unlikeVideo": ({}, {}, None),
    "getCounts": ({}, {}, None),
    "listComments": ({}, {}, None),
    "createComment": ({}, {}, {"text": "A comment"}),
    "updateComment": ({}, {}, {"text": "A comment"}),
    "deleteComment": ({}, {}, None),
    "createReport": ({}, {}, {"videoId": ID, "reason": "spam"}),
    "listHeldComments": ({}, {}, None),
    "approveComment": ({}, {}, None),
    "rejectComment": ({}, {}, None),
    "listReports": ({}, {}, None),
    "closeReport": ({}, {}, None),
    "listFlags": ({}, {}, None),
    "getFlag": ({"key": "none"}, {}, None),
    "putFlag": ({"key": "none"}, {}, {"enabled": True}),
    "evaluateFlag": ({"key": "none"}, {}, {}),
    "evaluateFlags": ({}, {}, {}),
    "getOpenidConfiguration": ({}, {}, None),
    "getJwks": ({}, {}, None),
    "getUserinfo": ({}, {}, None),
    "authorizeClient": ({}, {}, None),
    "issueToken": ({}, FORM, None),
    "revokeToken": ({}, FORM, None),
}
# A broken stream token is 403 for everybody, the sign-in form answers 401 and 403 of its own: tested in modules of their own.
APART = {"getMaster", "getMediaPlaylist", "getDashManifest", "getInitSegment", "getSegment", "getRenditionFile", "getStoryboard", "getStoryboardSheet",
         "getCaption", "getSigned", "getCaptionPlaylist", "signIn", "signInByCode", "signUpFan", "recoverAccount", "setUpHub", "changeSecurityPage", "changePrivacyPage", "deleteMe", "signOut",
         "takeTicketPage", "changeTicketPage", "changeTalkPage", "sharePage", "changeHistoryPage", "addPlaylistPage", "changePlaylistPage", "saveVideoPage",
         "changeNotificationsPage", "moderationPage", "moderatePage"}


def start():
    hub = Hub()
    hub.clients = {None: hub.client()} | {role: hub.signed_in(role) for role in SCOPES}
    return hub


def expected(operation, role):
    """401, 403 or None for let in."""
    wanted = operation.scopes
    if wanted is None:
        return None
    if role is None:
        return 401
    held = SCOPES[role]
    return None if held is None or set(wanted) <= held else 403


@test
def every_operation_of_the_contract_has_a_row(hub):
    ids = {o.id for o in contract().operations}
    equal(sorted(ids - set(ROWS) - APART), [], "operations without a row")
    equal(sorted((set(ROWS) | APART) - ids), [], "rows without an operation")


@test
def each_role_may_do_what_its_scopes_say_and_nothing_else(hub):
    asked = 0
    for operation in contract().operations:
        if operation.id not in ROWS:
            continue
        values, headers, body = ROWS[operation.id]
        path = operation.template
        for name in [part for part in path.replace("{", "}").split("}")[1::2]]:
            path = path.replace("{%s}" % name, values.get(name, ID))
        path += "?q=a" if operation.id == "searchVideos" else ""
        for role, client in hub.clients.items():
            answer = client.ask(operation.method, path, headers=headers, **({"json": body} if body is not None else {}))
            wanted, told = expected(operation, role), answer.status if answer.status in (401, 403) else None
            equal(told, wanted, f"{operation.id} as {role or 'anonymous'} ({answer.status})")
            asked += 1
    check(asked == len(ROWS) * (len(SCOPES) + 1), "all were asked")


@test
def a_scope_of_the_contract_belongs_to_another_role_or_is_known_to_be_the_admins(hub):
    scopes = {scope for o in contract().operations for scope in o.scopes or []}
    equal(sorted(scopes - set().union(ADMIN, *(s for s in SCOPES.values() if s))), [], "scopes nobody has")


run(start)
