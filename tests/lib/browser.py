"""A browser without JavaScript: it keeps its cookies, fills in forms and sends them as they say."""
import html.parser
import re
import urllib.parse

from case import need

ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.8"


class _Forms(html.parser.HTMLParser):
    def __init__(self, source):
        super().__init__()
        self.forms, self.text = [], ""
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action", ""), "fields": {}})
        if tag in ("input", "textarea") and self.forms and attrs.get("name"):
            self.forms[-1]["fields"][attrs["name"]] = attrs.get("value") or ""

    def handle_data(self, data):
        self.text += data


class Browser:
    def __init__(self, hub, agent="Peramban Uji/1.0", language="en"):
        self.client, self.base, self.cookies = hub.client(), hub.base, {}
        self.headers = {"Accept": ACCEPT, "User-Agent": agent, "Accept-Language": language}
        self.answer, self.path = None, "/"

    def _went(self, answer, path):
        for name, value in answer.headers:
            if name.lower() == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
                if "Max-Age=0" in value:
                    del self.cookies[key]
        self.answer, self.path = answer, path
        return self

    def _headers(self, **more):
        jar = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        return {**self.headers, **({"Cookie": jar} if jar else {}), **more}

    def get(self, path):
        return self._went(self.client.get(path, headers=self._headers()), path)

    def post(self, path, fields, **headers):
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base, **headers}
        return self._went(self.client.post(path, headers=self._headers(**sent), body=urllib.parse.urlencode(fields).encode()), path)

    def submit(self, action, only=None, **fields):
        """The form of the page that is sent there; `only`: of those the one with these hidden values."""
        forms = [f for f in _Forms(self.answer.body.decode()).forms if f["action"] == action and (only or {}).items() <= f["fields"].items()]
        need(forms, f"a form for {action} {only or ''}: {self.answer}")
        return self.post(action, {**forms[0]["fields"], **fields})

    def follow(self):
        need(self.answer.status == 303, f"it leads on: {self.answer}")
        return self.get(self.answer.header("location"))

    def sign_in(self, name, password):
        return self.get("/auth/login").submit("/auth/login", name=name, password=password)

    @property
    def status(self):
        return self.answer.status

    @property
    def text(self):
        return re.sub(r"\s+", " ", _Forms(self.answer.body.decode()).text)

    @property
    def name(self):
        """Of the account it is signed in with; None: nobody."""
        answer = self.client.get("/v1/me", headers=self._headers())
        return answer.json["name"] if answer.status == 200 else None
