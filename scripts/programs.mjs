/** Programs that the tests need: installed ones or, on Debian as root, the distribution's packages. */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TARGET, probe, runStep } from "./steps.mjs";

/** @typedef {import("./steps.mjs").Exec} Exec */

/**
 * @typedef {object} Program
 * @property {string} title
 * @property {string} variable The environment variable with its path.
 * @property {string[]} names Its names in PATH.
 * @property {string} place Where else it may be.
 * @property {(exec: Exec) => Promise<unknown>} install Runs after `apt-get update`.
 */

const UNPACKED = join(TARGET, "tools/prometheus");

/** @type {Program} */
const CHROMIUM = {
  title: "Chromium",
  variable: "CHROMIUM",
  names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  place: "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  install: (exec) => aptGet(exec, ["install", "-y", "--no-install-recommends", "chromium"]),
};

/** @type {Program} */
const FIREFOX = {
  title: "Firefox",
  variable: "FIREFOX",
  names: ["firefox-esr", "firefox"],
  place: "/Applications/Firefox.app/Contents/MacOS/firefox",
  install: (exec) => aptGet(exec, ["install", "-y", "--no-install-recommends", "firefox-esr"]),
};

/** @type {Program} */
const PROMETHEUS = {
  title: "Prometheus",
  variable: "PROMETHEUS",
  names: ["prometheus"],
  place: join(UNPACKED, "usr/bin/prometheus"),
  install: unpackPrometheus,
};

/** With parec, which records the output. @type {Program} */
const PULSEAUDIO = {
  title: "PulseAudio",
  variable: "PULSEAUDIO",
  names: ["pulseaudio"],
  place: "/opt/homebrew/bin/pulseaudio",
  install: (exec) => aptGet(exec, ["install", "-y", "--no-install-recommends", "pulseaudio", "pulseaudio-utils"]),
};

/** The driver of WebKitGTK's MiniBrowser. @type {Program} */
const WEBKIT_DRIVER = {
  title: "WebKitGTK",
  variable: "WEBKIT_DRIVER",
  names: ["WebKitWebDriver"],
  place: "/usr/lib/webkit2gtk-4.1/WebKitWebDriver",
  install: (exec) => aptGet(exec, ["install", "-y", "--no-install-recommends", "webkit2gtk-driver"]),
};

/** A display that nobody sees, for WebKitGTK. @type {Program} */
const DISPLAY_SERVER = {
  title: "Xvfb",
  variable: "XVFB",
  names: ["Xvfb"],
  place: "/opt/X11/bin/Xvfb",
  install: (exec) => aptGet(exec, ["install", "-y", "--no-install-recommends", "xvfb"]),
};

/** With ffprobe. It reads what the encoders write. @type {Program} */
const FFMPEG = {
  title: "FFmpeg",
  variable: "FFMPEG",
  names: ["ffmpeg"],
  place: "/opt/homebrew/bin/ffmpeg",
  install: (exec) => aptGet(exec, ["install", "-y", "--no-install-recommends", "ffmpeg"]),
};

/** @type {Program} */
const HAPROXY = {
  title: "HAProxy",
  variable: "HAPROXY",
  names: ["haproxy"],
  place: "/usr/sbin/haproxy",
  install: (exec) => aptGet(exec, ["install", "-y", "--no-install-recommends", "haproxy"]),
};

/** Installs what single tests need, where that is possible; elsewhere these tests say what they miss. */
export async function forSingleTests() {
  for (const program of [FFMPEG, HAPROXY]) if (canInstall()) await provided(program);
}

/** @returns {Promise<string>} The path of the program; likewise below. */
export function chromium() {
  return provided(CHROMIUM);
}

/** @returns {Promise<string>} */
export function firefox() {
  return provided(FIREFOX);
}

/** @returns {Promise<string>} */
export function prometheus() {
  return provided(PROMETHEUS);
}

/** @returns {Promise<string>} */
export function pulseaudio() {
  return provided(PULSEAUDIO);
}

/** @returns {Promise<string>} */
export function webkitDriver() {
  return provided(WEBKIT_DRIVER);
}

/** @returns {Promise<string>} */
export function displayServer() {
  return provided(DISPLAY_SERVER);
}

/** @param {Program} program */
async function provided(program) {
  const found = await find(program);
  if (found) return found;
  const { title, variable, install } = program;
  await runStep({
    name: title.toLowerCase(),
    title: `${title} by apt-get`,
    done: () => false,
    async run(exec) {
      if (!canInstall()) throw new Error(`there is no ${title}`);
      await aptGet(exec, ["update"]);
      await install(exec);
    },
    advice: `Install ${title}, or name one in the environment variable ${variable}.`,
  });
  return /** @type {string} */ (await find(program));
}

function canInstall() {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/** @param {Program} program */
async function find({ variable, names, place }) {
  if (process.env[variable]) return process.env[variable];
  if (existsSync(place)) return place;
  for (const name of names) {
    const path = await probe("sh", ["-c", `command -v ${name}`]);
    if (path) return path.trim();
  }
  return undefined;
}

/**
 * Next to the build, not system-wide, where the package would start a network service.
 * @param {Exec} exec
 */
async function unpackPrometheus(exec) {
  rmSync(UNPACKED, { recursive: true, force: true });
  mkdirSync(UNPACKED, { recursive: true });
  await aptGet(exec, ["download", "prometheus"], UNPACKED);
  for (const file of readdirSync(UNPACKED)) await exec("dpkg-deb", ["-x", file, "."], { cwd: UNPACKED });
}

/**
 * @param {Exec} exec
 * @param {string[]} args
 * @param {string} [cwd]
 */
function aptGet(exec, args, cwd) {
  return exec("apt-get", args, { env: { DEBIAN_FRONTEND: "noninteractive" }, cwd });
}
