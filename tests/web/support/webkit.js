/**
 * WebKitGTK: its MiniBrowser on a display without a screen, driven by WebDriver
 * (W3C, https://www.w3.org/TR/webdriver2/).
 */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { startProgram } from "./program.js";

const POLL_MS = 100;
const START_MS = 30_000;
const WAIT_MS = 60_000;
const LIBRARIES = ["x86_64-linux-gnu", "aarch64-linux-gnu"];
const BROWSERS = LIBRARIES.map((name) => `/usr/lib/${name}/webkit2gtk-4.1/MiniBrowser`);

/** What a browser test needs of a page. */
export class WebKitPage {
  #session;

  /** @param {string} session Its address at the driver. */
  constructor(session) {
    this.#session = session;
  }

  /** @param {string} url */
  goto(url) {
    return command(`${this.#session}/url`, { url });
  }

  /**
   * The value of an expression in the page.
   * @param {string} expression
   * @returns {Promise<any>}
   */
  evaluate(expression) {
    return command(`${this.#session}/execute/sync`, { script: `return ${expression}`, args: [] });
  }

  /** Waits until an expression is true. @param {string} expression */
  async until(expression) {
    const last = Date.now() + WAIT_MS;
    while (!(await this.evaluate(expression))) {
      if (Date.now() > last)
        throw new Error(`never true: ${expression}; ${await this.evaluate("document.body.innerText")}`);
      await setTimeout(POLL_MS);
    }
  }

  /** A real click, which counts as the user's. @param {string} selector */
  async click(selector) {
    const found = await command(`${this.#session}/element`, { using: "css selector", value: selector });
    await command(`${this.#session}/element/${Object.values(found)[0]}/click`, {});
  }
}

/**
 * Runs `work` with a page of a new browser, and closes the browser.
 * @param {Record<string, string>} env
 * @param {(page: WebKitPage) => Promise<void>} work
 */
export async function inWebKit(env, work) {
  const display = await startDisplay();
  const port = await freePort();
  const driver = startProgram(process.env.WEBKIT_DRIVER ?? "WebKitWebDriver", [`--port=${port}`], {
    ...env,
    ...display.env,
  });
  const address = `http://127.0.0.1:${port}`;
  try {
    await untilReady(address, driver);
    const binary = BROWSERS.find((path) => existsSync(path));
    const wanted = { "webkitgtk:browserOptions": { binary, args: ["--automation"] } };
    const { sessionId } = await command(`${address}/session`, { capabilities: { alwaysMatch: wanted } });
    try {
      await work(new WebKitPage(`${address}/session/${sessionId}`));
    } finally {
      await fetch(`${address}/session/${sessionId}`, { method: "DELETE" });
    }
  } finally {
    await driver.stop();
    await display.stop();
  }
}

/** A display that nobody sees; it chooses its own number. */
async function startDisplay() {
  const server = startProgram(
    process.env.XVFB ?? "Xvfb",
    ["-displayfd", "1", "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
    {},
  );
  const [number] = await Promise.race([once(server.child.stdout, "data"), server.failed]);
  return { env: { DISPLAY: `:${String(number).trim()}` }, stop: server.stop };
}

/**
 * @param {string} address
 * @param {ReturnType<typeof startProgram>} driver
 */
async function untilReady(address, driver) {
  const last = Date.now() + START_MS;
  for (;;) {
    const isReady = await fetch(`${address}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (Date.now() > last) throw new Error("the driver of WebKit does not answer");
    await Promise.race([setTimeout(POLL_MS), driver.failed]);
  }
}

/**
 * @param {string} url
 * @param {unknown} body
 * @returns {Promise<any>} The value of the answer.
 */
async function command(url, body) {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${url}: ${value.error}: ${value.message}`);
  return value;
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}
