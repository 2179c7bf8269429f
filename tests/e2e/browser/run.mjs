// One test's share of the browser: its visitors, and what they saw go wrong.

/* In every page before its own scripts: what a browser tells only here, and hands for the tests. */
function guard() {
  addEventListener("securitypolicyviolation", (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
  Object.defineProperty(window, "__x", { set: () => console.error("a stranger's script ran"), get: () => undefined });
  let library; // hls.js, whose one player becomes window.hls
  Object.defineProperty(window, "Hls", {
    get: () => library,
    set: (Hls) => {
      library = class extends Hls {
        constructor(options) {
          super(options);
          window.hls = this;
        }
      };
    },
  });
}

export class Run {
  constructor(browser, told, ask) {
    Object.assign(this, { browser, told, ask, faults: [], visitors: [], allowed: [], here: told.base });
  }

  check(good, what) {
    if (!good) this.faults.push(what);
    return good;
  }

  equal(found, wanted, what) {
    const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
    return this.check(a === b, `${what}: ${a}, not ${b}`);
  }

  /* What a page may complain of in this test. */
  allow(pattern) {
    this.allowed.push(pattern);
  }

  complain(what) {
    if (!this.allowed.some((pattern) => pattern.test(what))) this.faults.push(what);
  }

  /* A page of a browser with no cookies yet. */
  async visitor(options = {}) {
    const context = await this.browser.newContext({ baseURL: this.told.base, locale: "id-ID", viewport: { width: 1280, height: 800 }, ...options });
    this.visitors.push(context);
    context.setDefaultTimeout(20000);
    await context.addInitScript(guard);
    const page = await context.newPage();
    page.on("console", (m) => ["error", "warning"].includes(m.type()) && this.complain(`console: ${m.text()} (${m.location().url})`));
    page.on("pageerror", (e) => this.complain(`script: ${e.message}`));
    page.on("dialog", (d) => { this.faults.push(`dialog: ${d.message()}`); d.dismiss(); });
    page.on("request", (r) => {
      const url = r.url();
      if (![this.told.base, this.here].some((known) => url.startsWith(known)) && !/^(data|blob):/.test(url)) this.faults.push(`asks another host: ${url}`);
    });
    return page;
  }

  async signIn(page, name, next = "/") {
    await page.goto(`/auth/login?next=${encodeURIComponent(next)}`);
    await page.fill("input[name=name]", name);
    await page.fill("input[name=password]", this.told.password);
    await Promise.all([page.waitForURL((url) => url.pathname === next), page.click("form[action='/auth/login'] button")]);
  }

  async close() {
    for (const context of this.visitors) await context.close();
  }
}

/* Waits until `look` in the page says so; its last word when it never did. */
export async function until(page, look, argument, timeout = 20000) {
  try {
    await page.waitForFunction(look, argument, { timeout, polling: 50 });
    return true;
  } catch {
    return false;
  }
}
