/** Plays speech as it is made, by a program of this machine. */
import { spawn, spawnSync } from "node:child_process";
import { HanvoxError } from "../lib/shared/errors.js";
import { openEncoder } from "../lib/node/node-encoders.js";
import { invalid } from "./speaking.js";

/** @typedef {import("./options.js").Values} Values */

/** Programs that play a WAV file from standard input, in the order of preference. */
const PLAYERS = [
  ["pw-cat", "--playback", "-"],
  ["aplay", "-q", "-"],
  ["paplay"],
  ["play", "-q", "-t", "wav", "-"],
  ["mpv", "--no-video", "--really-quiet", "-"],
  ["ffplay", "-nodisp", "-autoexit", "-loglevel", "error", "-i", "-"],
];

/**
 * The player as an output. HANVOX_PLAYER names another one: a command that plays a WAV file from standard input.
 * @param {Values} values
 */
export async function openPlayer({ format, json }) {
  if (format !== undefined) throw invalid("--format is for a file: say needs -o FILE");
  if (json) throw invalid("--json is for a file: say needs -o FILE");
  const [program, ...args] = found();
  const child = spawn(program, args, { stdio: ["pipe", "ignore", "inherit"] });
  const ended = new Promise((resolve) => child.on("close", resolve).on("error", () => resolve(1)));
  // A player that is closed takes no more: its exit code says why.
  child.stdin.on("error", () => {});
  return { open: openStream, discard: async () => void child.kill() };

  /** @type {Awaited<ReturnType<typeof import("./sound-output.js").reserveOutput>>["open"]} */
  async function openStream(_, options) {
    const encoder = await openEncoder("wav", options);
    const write = async (/** @type {Uint8Array} */ bytes) => {
      if (child.stdin.destroyed) throw new HanvoxError("output-failed", `${program} ended before the speech did`);
      if (!child.stdin.write(bytes))
        await Promise.race([new Promise((resolve) => child.stdin.once("drain", resolve)), ended]);
    };
    return { write: (pcm) => write(encoder.encode(pcm)), finish };
  }

  async function finish() {
    child.stdin.end();
    const code = await ended;
    if (code !== 0) throw new HanvoxError("output-failed", `${program} could not play: it ended with ${code}`);
  }
}

function found() {
  const named = process.env.HANVOX_PLAYER?.trim();
  if (named) return named.split(/\s+/);
  const player = PLAYERS.find(
    ([program]) => spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined,
  );
  if (player) return player;
  const names = PLAYERS.map(([program]) => program).join(", ");
  throw invalid(`say needs -o FILE: there is no player on this machine (${names})`);
}
