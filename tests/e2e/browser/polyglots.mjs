// A stranger's file is a page or a script for nobody, however it is opened. It would set window.__x, its title, and ask for /canary.
const WAYS = {
  "a frame": (url) => `<iframe src="${url}"></iframe>`,
  "an object": (url) => `<object data="${url}" type="text/html"></object>`,
  "an embedded thing": (url) => `<embed src="${url}" type="image/svg+xml">`,
  "a script": (url) => `<script charset="iso-8859-1" src="${url}"></script>`,
  "a module": (url) => `<script type="module" src="${url}"></script>`,
  "a style": (url) => `<link rel="stylesheet" href="${url}">`,
  "a picture": (url) => `<img src="${url}">`,
};

/* A page of the hub's own origin, without the policy that the hub's pages have; without a doctype: such a page is the laxest. */
async function victim(t, html) {
  const page = await t.visitor({ acceptDownloads: true });
  const asked = [];
  page.on("request", (r) => r.url().endsWith("/canary") && asked.push(r.url()));
  await page.route("**/victim", (route) => route.fulfill({ contentType: "text/html", body: `<title>victim</title>${html}` }));
  return { page, asked };
}

export async function a_file_that_is_opened_is_saved_and_not_shown(t) {
  for (const { what, path } of t.told.files) {
    const { page, asked } = await victim(t, "");
    const saved = page.waitForEvent("download");
    await page.goto(path).catch(() => {}); // a download ends a navigation
    const name = (await saved).suggestedFilename();
    t.check(!/\.(html?|svg|js|php|jar|hta|exe)$/i.test(name), `${what}: saved as ${name}`);
    t.equal([page.url(), await page.title(), asked], ["about:blank", "", []], what);
    await page.context().close();
  }
}

/* All of them in one page, painted twice, since a style asks for its pictures only then; what is asked for after that is known later. */
async function opened(t, html) {
  const { page, asked } = await victim(t, [...t.told.files.map((f) => f.path), ...t.told.pictures].map(html).join("\n"));
  await page.goto("/victim");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.evaluate(() => fetch("/victim").then((answer) => answer.text()));
  return { page, asked };
}

export async function no_way_into_a_page_makes_it_run(t) {
  t.allow(/Refused to|MIME type|Failed to load|404|Resource interpreted/);
  for (const [way, html] of Object.entries(WAYS)) {
    const { page, asked } = await opened(t, html);
    const seen = await page.evaluate(() => ({
      title: document.title,
      inside: [...document.querySelectorAll("iframe, object, embed")].filter((e) => {
        const inner = e.contentDocument;
        return inner && inner.documentElement && inner.documentElement.outerHTML.includes("script");
      }).length,
    }));
    t.equal([seen, asked], [{ title: "victim", inside: 0 }, []], way);
    await page.context().close();
  }
}

export async function pictures_made_of_them_are_pictures(t) {
  for (const path of t.told.pictures) {
    const { page, asked } = await victim(t, "");
    const answer = await page.goto(path);
    t.check(/^image\/(jpeg|png|webp)$/.test(answer.headers()["content-type"]), `${path}: ${answer.headers()["content-type"]}`);
    t.equal([await page.evaluate(() => document.scripts.length), asked], [0, []], path);
    await page.context().close();
  }
}

/* Without its guard these tests would see it. */
export async function a_file_served_as_a_page_would_run(t) {
  t.allow(/a stranger's script ran|404/);
  await t.ask("without the guard");
  const { what, path } = t.told.files.find((f) => f.what === "a PDF with a page in it");
  const { page } = await victim(t, "");
  const canary = page.waitForRequest(/\/canary$/).then(() => true, () => false);
  await page.goto(path);
  t.check(await canary && (await page.title()) === "canary", `${what}: ${await page.title()}`);
}

/* A picture runs nothing, and a module has to say that it is JavaScript, which no file of ours does. */
export async function it_would_run_in_every_other_way_too(t) {
  t.allow(/./); // most of them are no script and no style
  await t.ask("without the guard");
  for (const [way, html] of Object.entries(WAYS)) {
    const { page, asked } = await opened(t, html);
    t.equal(asked.length > 0, !["a picture", "a module"].includes(way), `${way}: asked for the canary`);
    await page.context().close();
  }
}
