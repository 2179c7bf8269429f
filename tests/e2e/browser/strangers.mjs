// Texts of strangers stay texts: whatever a title, a tag, a file or an address says, no script of theirs runs.
const HOSTILE = [
  "/search?q=%3Cscript%3Ewindow.__x%3D1%3C/script%3E", "/search?q=%22%3E%3Csvg%20onload%3D__x%3D1%3E", "/videos?cursor=%22%3E%3Cimg%20src%3Dx%20onerror%3D__x%3D1%3E",
  "/?lang=%22%3E%3Cscript%3E__x%3D1%3C/script%3E", "/auth/login?next=javascript:__x%3D1", "/auth/login?next=%22%3E%3Cscript%3E__x%3D1%3C/script%3E",
  "/auth/login?next=//elsewhere.example/", "/%3Cscript%3E__x=1%3C/script%3E", "/watch/%22%3E%3Csvg%20onload%3D__x%3D1%3E", "/problems/%3Cscript%3E__x%3D1%3C/script%3E",
];

export async function no_text_of_a_stranger_becomes_a_script(t) {
  t.allow(/404 \(Not Found\)|422 |400 \(Bad Request\)/);
  for (const signed of [false, true]) {
    const page = await t.visitor();
    if (signed) await t.signIn(page, "sari");
    for (const path of ["/", `/search?q=${encodeURIComponent("window")}`, `/watch/${t.told.hostile.slug}`, `/d/${t.told.hostile.ticket}`, ...HOSTILE]) {
      await page.goto(path);
      await page.waitForLoadState();
      const grown = await page.evaluate(() => ({
        handlers: [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).length,
        strange: document.querySelectorAll("main svg, main img:not([src^=\"/pictures/\"]), main iframe, main math, script:not([src]):not([type=\"application/ld+json\"])").length,
        away: [...document.querySelectorAll("a[href], form[action]")].filter((e) => new URL(e.href || e.action, location).origin !== location.origin).length,
      }));
      t.equal(grown, { handlers: 0, strange: 0, away: 0 }, `elements on ${path}`);
    }
  }
}

export async function a_hostile_title_is_read_and_played_as_it_was_written(t) {
  const page = await t.visitor();
  await page.goto(`/watch/${t.told.hostile.slug}`);
  t.equal(await page.textContent("h1"), t.told.hostile.title, "the title");
  const told = await page.evaluate(() => [...document.querySelectorAll("script[type='application/ld+json']")].map((e) => JSON.parse(e.textContent)));
  t.equal(told.map((about) => about.name), [t.told.hostile.title], "what is told to search engines is data, and whole");
  t.check((await page.textContent(".about")).includes(t.told.hostile.tag), "the tag");
  t.check((await page.textContent(".file")).includes(t.told.hostile.filename), "the file");
  await page.click("#player .start");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.3);
  await page.click(".tag");
  t.equal(await page.inputValue("input[name=q]"), t.told.hostile.tag, "a search for the tag");
}

export async function a_name_of_a_file_reaches_the_disk_as_text(t) {
  const page = await t.visitor({ acceptDownloads: true });
  await page.goto(`/d/${t.told.hostile.ticket}`);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
  t.check(!/[\r\n/]/.test(download.suggestedFilename()) && download.suggestedFilename().endsWith(".mp4"), download.suggestedFilename());
}

export async function signing_in_never_leads_to_another_host(t) {
  for (const next of ["//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", "/%2f/elsewhere.example", "javascript:window.__x=9", "/\t/elsewhere.example"]) {
    t.allow(/404 \(Not Found\)|400 \(Bad Request\)/);
    const page = await t.visitor();
    await page.goto(`/auth/login?next=${encodeURIComponent(next)}`);
    await page.fill("input[name=name]", "sari");
    await page.fill("input[name=password]", t.told.password);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await page.waitForLoadState();
    t.equal(new URL(page.url()).origin, t.told.base, `next=${next}`);
    await page.goto("/");
    t.equal(await page.locator(".who").count(), 1, `signed in with next=${next}`);
  }
}
