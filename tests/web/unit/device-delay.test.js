import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceDelay } from "../../../www/lib/playback/device-delay.js";

const AGENTS = {
  chromium: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
  firefoxOnLinux: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
  firefoxOnWindows: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:153.0) Gecko/20100101 Firefox/153.0",
  firefoxOnAndroid: "Mozilla/5.0 (Android 16; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0",
};

/** @param {string} userAgent @param {object} context */
function delay(userAgent, context) {
  const known = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", { value: { userAgent }, configurable: true });
  try {
    return deviceDelay(/** @type {AudioContext} */ (context));
  } finally {
    if (known) Object.defineProperty(globalThis, "navigator", known);
    else Reflect.deleteProperty(globalThis, "navigator");
  }
}

test("the browser tells how long the device takes, as well as it knows", () => {
  for (const agent of [AGENTS.chromium, AGENTS.firefoxOnWindows, AGENTS.firefoxOnAndroid]) {
    assert.equal(delay(agent, { outputLatency: 0.2, baseLatency: 0.01 }), 0.2);
    assert.equal(delay(agent, { outputLatency: 0, baseLatency: 0.01 }), 0.01);
    assert.equal(delay(agent, {}), 0);
  }
});

test("Firefox on Linux, where the question may hang the page, is not asked", () => {
  const context = {
    get outputLatency() {
      throw new Error("asked");
    },
  };
  assert.ok(delay(AGENTS.firefoxOnLinux, context) > 0);
});
