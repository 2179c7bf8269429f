// Hostile texts stay texts on every page where they are seen; run.mjs complains of a script that ran, of a host that was asked and of what
// the policy had to stop: that alone is not to save us.
const WIDTH = { viewport: { width: 800, height: 600 } };

/* What grew out of a text, and whether the page says the word. */
function grown(word) {
  const all = [...document.querySelectorAll("*")];
  const leads = (e) => e.href || e.action || e.src;
  return {
    handlers: all.filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).length,
    strange: document.querySelectorAll("main svg, iframe, math, object, embed, base[href], main img:not([src^='/pictures/']), script:not([src]):not([type='application/ld+json'])").length,
    away: all.filter((e) => /^(a|form|script)$/i.test(e.localName) && leads(e) && !/^otpauth:/.test(leads(e)) && new URL(leads(e), location).origin !== location.origin).length,
    broken: [...document.querySelectorAll("script[type='application/ld+json']")].filter((e) => { try { JSON.parse(e.textContent); return false; } catch { return true; } }).length,
    says: document.documentElement.textContent.includes(word) || [...document.querySelectorAll("input, textarea")].some((e) => e.value.includes(word)),
  };
}

async function look(t, page, path, word, must, what) {
  const answer = await page.goto(path);
  if (!/html|xml/.test((await answer.headerValue("content-type")) || "")) return;
  const { says, ...found } = await page.evaluate(grown, word);
  t.equal(found, { handlers: 0, strange: 0, away: 0, broken: 0 }, `${what} on ${path}`);
  if (must) t.check(says, `${what} is not to be seen on ${path}: was it ever there?`);
}

async function viewers(t) {
  t.allow(/status of (40[0-9]|42[29])/);
  const all = { anonymous: await t.visitor(WIDTH), fan: await t.visitor({ ...WIDTH, userAgent: t.told.agent }), admin: await t.visitor(WIDTH) };
  await t.signIn(all.fan, "sari");
  await t.signIn(all.admin, "budi");
  return all;
}

export async function every_page_shows_them_as_texts(t) {
  const all = await viewers(t);
  for (const [n, payload] of t.told.payloads.entries()) {
    t.equal(await t.ask({ turn: n }), [], `payload ${n + 1} is taken everywhere`);
    for (const [path, who, must] of t.told.pages.filter(([path, , must]) => must || path.includes("{payload}") || n === 0))
      for (const name of who)
        await look(t, all[name], path.replaceAll("{payload}", encodeURIComponent(payload)), `k${n + 1}k`, must, `payload ${n + 1}, as ${name},`);
  }
}

export async function a_player_shows_them_as_texts(t) {
  const page = await t.visitor(WIDTH);
  await page.goto(`/watch/${t.told.slug}`);
  await page.click("#player .start");
  await page.waitForFunction(() => document.querySelector("video").currentTime > 0.3);
  await page.evaluate(() => { for (const track of document.querySelector("video").textTracks) track.mode = "showing"; });
  await page.waitForFunction(() => [...document.querySelector("video").textTracks].some((track) => track.activeCues?.length));
  await page.waitForTimeout(300); // a script that came would run by now
}

/* Forms of the pages that take a text: each once, by its address and the names of its fields. */
export async function every_form_gives_them_back_as_texts(t) {
  const all = await viewers(t), done = new Set();
  for (const [path, who] of t.told.pages)
    for (const name of who) {
      const page = all[name], address = path.replaceAll("{payload}", "x");
      await page.goto(address);
      const forms = await page.evaluate(() => [...document.forms].map((form, at) => ({
        at, key: `${new URL(form.action).pathname.replace(/[0-9a-z]{26}/, "{id}")} ${[...form.elements].map((e) => `${e.name}=${e.type === "hidden" && e.name === "do" ? e.value : e.type}`)}`,
        takes: [...form.elements].some((e) => /^(text|search|password|textarea)$/.test(e.type) && !e.readOnly),
      })));
      for (const form of forms.filter((one) => one.takes && !done.has(one.key))) {
        done.add(form.key);
        const n = done.size % 2 ? 1 : 6; // out of an attribute, and out of a text area
        await page.goto(address);
        const [answer] = await Promise.all([page.waitForNavigation(), page.evaluate(({ at, text }) => {
          const form = document.forms[at];
          for (const e of form.elements) if (/^(text|search|password|textarea)$/.test(e.type) && !e.readOnly) e.value = text;
          form.noValidate = true;
          form.requestSubmit();
        }, { at: form.at, text: t.told.payloads[n] })]);
        const { says, ...found } = await page.evaluate(grown, `k${n + 1}k`);
        t.check(answer.status() < 500, `${answer.status()} from ${form.key}`);
        t.equal(found, { handlers: 0, strange: 0, away: 0, broken: 0 }, `what ${form.key} gives back`);
      }
    }
  t.check(done.size >= 8, `only ${done.size} forms: ${[...done].join("; ")}`);
}
