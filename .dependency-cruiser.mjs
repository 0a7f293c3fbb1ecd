/**
 * Which part of www/ may import which, types included: what is lower never knows what is higher, and nothing goes round
 * in a circle. `npm run check:imports` checks it.
 */

/** @type {Record<string, string[]>} Each room of www/ with those that it may import, from the bottom up. */
const ROOMS = {
  // The types that the engine gives are made of its Rust.
  "lib/shared": ["pkg"],
  "lib/diagnostics": ["lib/shared"],
  "lib/encode": ["lib/shared"],
  "lib/store": ["lib/shared", "lib/diagnostics"],
  "lib/archive": ["lib/shared", "lib/store", "vendor"],
  "lib/documents": ["lib/shared", "lib/archive", "vendor"],
  "lib/engine": ["lib/shared", "lib/diagnostics", "lib/store", "pkg"],
  "lib/client": ["lib/shared", "lib/diagnostics"],
  "lib/playback": [],
  // The entries for browsers: index.js, player.js, speech-synthesis.js, element.js, and what they share.
  "lib": ["lib/shared", "lib/diagnostics", "lib/store", "lib/engine", "lib/client", "lib/playback"],
  "lib/api": ["lib/shared", "lib/encode", "lib"],
  "lib/node": ["lib/shared", "lib/diagnostics", "lib/encode", "lib/store", "lib/engine", "lib/client", "lib"],
  "app": [
    "lib/shared",
    "lib/diagnostics",
    "lib/encode",
    "lib/store",
    "lib/archive",
    "lib/documents",
    "lib/engine",
    "lib/api",
    "lib",
    "vendor",
  ],
  "service-worker": ["lib/shared", "lib/engine", "lib/api"],
  "bin": [
    "lib/shared",
    "lib/diagnostics",
    "lib/encode",
    "lib/store",
    "lib/archive",
    "lib/documents",
    "lib/client",
    "lib/api",
    "lib/node",
    "lib",
  ],
};

// What runs in Node alone; the rest runs in browsers, too.
const FOR_NODE = "^www/(lib/node|bin)/";

/** @param {string} room A folder, without the folders in it. */
const filesOf = (room) => `^www/${room}/[^/]+$`;

/** The files of the page are in folders of their own within app/. @param {string} room */
const pathOf = (room) => (room === "app" ? "^www/app/" : filesOf(room));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    { name: "nothing-missing", severity: "error", from: {}, to: { couldNotResolve: true } },
    ...Object.entries(ROOMS).map(([room, below]) => ({
      name: `only-below-${room.replace("/", "-")}`,
      severity: /** @type {const} */ ("error"),
      from: { path: pathOf(room) },
      to: { path: "^www/", pathNot: [room, ...below].map(pathOf) },
    })),
    {
      name: "no-room-of-its-own",
      comment: "A new folder needs a line in the table.",
      severity: "error",
      from: { path: "^www/(lib|app|bin|service-worker)/", pathNot: Object.keys(ROOMS).map(pathOf) },
      to: {},
    },
    {
      name: "browsers-have-no-packages",
      severity: "error",
      from: { path: "^www/", pathNot: FOR_NODE },
      to: { dependencyTypes: ["core", "npm", "npm-dev"] },
    },
    {
      name: "no-packages-of-development",
      severity: "error",
      from: { path: FOR_NODE },
      to: { dependencyTypes: ["npm-dev"] },
    },
  ],
  options: {
    parser: "tsc",
    tsPreCompilationDeps: true,
    detectJSDocImports: true,
    doNotFollow: { path: ["node_modules", "^www/(pkg|vendor)/"] },
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
