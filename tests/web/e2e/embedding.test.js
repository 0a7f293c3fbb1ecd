/** The module in pages of others: from another origin, under strict policies, and with wrong addresses. In Chromium. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { staticFiles } from "../../../www/bin/static-files.js";
import { TIMEOUT_MS, launch } from "../support/browser.js";
import { temporaryFolder } from "../support/folder.js";

const WWW = fileURLToPath(new URL("../../../www", import.meta.url));
const files = staticFiles(WWW);

/** What a page says in the end. @typedef {{seconds?: number, code?: string, message?: string, context?: any}} Told */

/**
 * @typedef {object} Site
 * @property {string} [policy] Content security policy of the page and of all that it is served with.
 * @property {string} [pagePolicy] Of the page alone.
 * @property {boolean} [fallback] Whether the page answers for what is missing, as it does for one-page applications.
 * @property {boolean} [bare] Whether the package is not beside the page.
 * @property {string} script Has `CDN` for the address of another origin with the package.
 */

/** @type {import("puppeteer-core").Browser} */
let browser;
/** @type {string} */
let cdn;
/** @type {import("node:http").Server[]} */
const servers = [];

before(async () => {
  browser = await launch(await temporaryFolder());
  cdn = await serve(async (request, response) => {
    response.setHeader("access-control-allow-origin", "*");
    response.setHeader("cross-origin-resource-policy", "cross-origin");
    if (!(await files(request, response))) response.writeHead(404).end();
  });
});

after(async () => {
  await browser.close();
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

/** @param {import("node:http").RequestListener} listener @returns {Promise<string>} Its address. */
async function serve(listener) {
  const server = createServer(listener);
  servers.push(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return `http://localhost:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`;
}

/** @param {Site} site @returns {Promise<Told>} */
async function visit({ policy, pagePolicy, fallback = false, bare = false, script }) {
  const address = await serve(async (request, response) => {
    if (policy) response.setHeader("content-security-policy", policy);
    if (request.url === "/app.js") return asScript(response, script.replaceAll("CDN", cdn));
    const isPage = request.url === "/";
    if (!isPage && !bare && (await files(request, response))) return;
    if (pagePolicy) response.setHeader("content-security-policy", pagePolicy);
    const isShown = isPage || fallback;
    response.writeHead(isShown ? 200 : 404, { "content-type": "text/html" }).end(isShown ? PAGE : "");
  });
  const page = await browser.newPage();
  try {
    await page.goto(address);
    await page.waitForFunction(() => "told" in globalThis, { timeout: TIMEOUT_MS });
    return await page.evaluate(() => /** @type {any} */ (globalThis).told);
  } finally {
    await page.close();
  }
}

const PAGE = `<!doctype html><meta charset="utf-8"><script type="module" src="app.js"></script>`;

/** @param {import("node:http").ServerResponse} response @param {string} script */
function asScript(response, script) {
  response.writeHead(200, { "content-type": "text/javascript" }).end(script);
}

/** A script that speaks. @param {string} from @param {string} [options] */
function speaking(from, options = "{}") {
  return `
    import { Hanvox } from "${from}lib/index.js";
    try {
      const tts = await Hanvox.fromPretrained("han", ${options});
      const { duration } = await tts.generate("你好，世界。");
      globalThis.told = { seconds: duration };
      tts.dispose();
    } catch (error) {
      const { code, message, context } = error.toJSON?.() ?? { code: "none", message: String(error.stack) };
      globalThis.told = { code, message, context };
    }`;
}

const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** @param {string} [more] */
const cdnPolicy = (more = "") =>
  `default-src 'self'; connect-src 'self' ${cdn}; script-src 'self' ${cdn} 'wasm-unsafe-eval'; worker-src blob: ${cdn}${more}`;

const TRUSTED = "; require-trusted-types-for 'script'; trusted-types hanvox";

/** @type {{name: string, site: () => Site}[]} */
const SPEAK = [
  { name: "with a strict policy", site: () => ({ policy: POLICY, script: speaking("/") }) },
  { name: "with all of it from another origin", site: () => ({ bare: true, script: speaking("CDN") }) },
  {
    name: "with all of it from another origin, under a policy",
    site: () => ({ bare: true, pagePolicy: cdnPolicy(), script: speaking("CDN") }),
  },
  {
    name: "with the engine and the voice from another origin",
    site: () => ({ script: speaking("/", '{ assets: "CDN" }') }),
  },
  {
    name: "with the voice alone from another origin",
    site: () => ({ script: speaking("/", '{ sources: ["CDNvoices/"] }') }),
  },
  { name: "with Trusted Types", site: () => ({ policy: POLICY + TRUSTED, script: speaking("/") }) },
  {
    name: "with Trusted Types and an address of the engine",
    site: () => ({ policy: POLICY + TRUSTED, script: speaking("/", '{ assets: "/" }') }),
  },
  {
    name: "with Trusted Types from another origin",
    site: () => ({ bare: true, pagePolicy: cdnPolicy(TRUSTED), script: speaking("CDN") }),
  },
];

for (const { name, site } of SPEAK)
  test(`a page speaks ${name}`, async () => {
    const { seconds = 0, ...error } = await visit(site());
    assert.ok(seconds > 0.5 && seconds < 4, JSON.stringify(error));
  });

/** @type {{name: string, site: () => Site, code: string, told: RegExp, context?: object}[]} */
const FAIL = [
  {
    name: "a policy without 'wasm-unsafe-eval'",
    site: () => ({ policy: "default-src 'self'", script: speaking("/") }),
    code: "engine-blocked",
    told: /script-src needs 'wasm-unsafe-eval'/,
  },
  {
    name: "a policy without 'wasm-unsafe-eval', from another origin",
    site: () => ({
      bare: true,
      pagePolicy: cdnPolicy().replace(" 'wasm-unsafe-eval'", ""),
      script: speaking("CDN"),
    }),
    code: "engine-blocked",
    told: /script-src needs 'wasm-unsafe-eval'/,
  },
  {
    name: "a policy without worker-src blob:, from another origin",
    site: () => ({
      bare: true,
      pagePolicy: cdnPolicy().replace("worker-src blob:", "worker-src"),
      script: speaking("CDN"),
    }),
    code: "engine-blocked",
    told: /worker-src/,
  },
  {
    name: "a policy without worker-src for the other origin",
    site: () => ({
      bare: true,
      pagePolicy: cdnPolicy().replace(/worker-src.*/, "worker-src blob:"),
      script: speaking("CDN"),
    }),
    code: "engine-blocked",
    told: /worker-src/,
  },
  {
    name: "Trusted Types without the policy hanvox",
    site: () => ({
      policy: `${POLICY}; require-trusted-types-for 'script'; trusted-types other`,
      script: speaking("/"),
    }),
    code: "engine-blocked",
    told: /trusted-types hanvox/,
  },
  {
    name: "a wrong address of the engine",
    site: () => ({ script: speaking("/", '{ assets: "/nowhere/" }') }),
    code: "engine-blocked",
    told: /\/nowhere\/lib\/engine\/worker\.js.*404/,
    context: { status: 404 },
  },
  {
    name: "a wrong address of the engine, where a page answers for all addresses",
    site: () => ({ fallback: true, script: speaking("/", '{ assets: "/nowhere/" }') }),
    code: "engine-blocked",
    told: /\/nowhere\/lib\/engine\/worker\.js.*page/,
    context: { reason: "html" },
  },
  {
    name: "a wrong address of the engine on another origin",
    site: () => ({ script: speaking("/", '{ assets: "CDNnowhere/" }') }),
    code: "engine-blocked",
    told: /\/nowhere\/lib\/engine\/worker\.js.*404/,
    context: { status: 404 },
  },
  {
    name: "a wrong address of the wasm",
    site: () => ({ script: speaking("/", '{ wasmUrl: "/nowhere.wasm" }') }),
    code: "network",
    told: /nowhere\.wasm.*404/,
    context: { status: 404 },
  },
  {
    name: "a page in the place of the wasm",
    site: () => ({ fallback: true, script: speaking("/", '{ wasmUrl: "/nowhere.wasm" }') }),
    code: "network",
    told: /nowhere\.wasm.*page/,
    context: { reason: "html" },
  },
  {
    name: "a wrong base",
    site: () => ({ script: speaking("/", '{ base: "/nowhere/" }') }),
    code: "network",
    told: /404/,
    context: { status: 404 },
  },
  {
    name: "a voice that is not where it is looked for",
    site: () => ({ fallback: true, script: speaking("/", '{ voices: "/nowhere/" }') }),
    code: "voice-corrupt",
    told: /nowhere\/han\/voice\.json.*page/,
    context: { reason: "html" },
  },
];

for (const { name, site, code, told, context = {} } of FAIL)
  test(`${name} is told`, async () => {
    const error = await visit(site());
    assert.equal(error.code, code, JSON.stringify(error));
    assert.match(error.message ?? "", told);
    for (const [field, value] of Object.entries(context))
      assert.equal(error.context[field], value, JSON.stringify(error));
  });

test("the progress of a load is one figure of all bytes: of the wasm, the lexicon and the voice", async () => {
  const { events, sizes } = /** @type {any} */ (
    await visit({
      script: `
        import { Hanvox } from "/lib/index.js";
        import { wasmFile } from "/lib/engine/support.js";
        const events = [];
        const progressCallback = ({ status, file, loaded, total }) => events.push({ status, file, loaded, total });
        const tts = await Hanvox.fromPretrained("han", { progressCallback });
        tts.dispose();
        const parts = await Promise.all([wasmFile(), "pkg/lexicon.bin", "voices/han/voice.json"].map((path) => fetch("/" + path)));
        const [code, lexicon, voice] = await Promise.all([parts[0].arrayBuffer(), parts[1].arrayBuffer(), parts[2].json()]);
        const sizes = [code.byteLength, lexicon.byteLength, ...voice.files.map(({ bytes }) => bytes)];
        globalThis.told = { events, sizes };`,
    })
  );
  /** @type {{status: string, loaded?: number, total?: number}[]} */
  const counted = events.filter((/** @type {{loaded?: number}} */ { loaded }) => loaded !== undefined);
  const total = sizes.reduce((/** @type {number} */ sum, /** @type {number} */ size) => sum + size, 0);
  assert.ok(counted.length > 3);
  for (const event of counted) assert.equal(event.total, total, JSON.stringify(event));
  const loaded = counted.map(({ loaded = 0 }) => loaded);
  assert.deepEqual(
    loaded,
    loaded.toSorted((a, b) => a - b),
  );
  assert.equal(loaded.at(-1), total);
});
