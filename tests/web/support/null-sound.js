/** A sound device without a loudspeaker: PulseAudio with a null sink, and a recording of what is played into it. */
import { access } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { temporaryFolder } from "./folder.js";
import { startProgram } from "./program.js";

const RATE = 24000;
const SINK = "hanvox";
const POLL_MS = 50;
/** Longer than anything that a test plays. */
const PATIENCE_SECONDS = 180;

/** As 16-bit samples: the dither of a mixer stays below, read speech is far above. */
const AUDIBLE = 100;

/**
 * The server is of these tests alone: it neither finds nor disturbs the user's.
 * @returns {Promise<{env: Record<string, string>, recording: Recording, stop: () => Promise<void>}>} `env` is for what
 *   is to play into it.
 */
export async function startNullSound() {
  const folder = await temporaryFolder();
  const socket = join(folder, "native");
  const env = { PULSE_SERVER: `unix:${socket}`, PULSE_RUNTIME_PATH: folder, PULSE_STATE_PATH: folder };
  const server = startProgram(
    process.env.PULSEAUDIO ?? "pulseaudio",
    [
      ...["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"],
      `--load=module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
      `--load=module-null-sink sink_name=${SINK} rate=${RATE}`,
    ],
    env,
  );
  while (!(await exists(socket))) await Promise.race([setTimeout(POLL_MS), server.failed]);
  const format = ["--raw", "--format=s16le", `--rate=${RATE}`, "--channels=1", "--latency-msec=50"];
  const recorder = startProgram("parec", [`--device=${SINK}.monitor`, ...format], env);
  const recording = new Recording(recorder);
  return {
    env,
    recording,
    async stop() {
      await recorder.stop();
      await server.stop();
    },
  };
}

/** All that was played, silence too: the device never stops. */
export class Recording {
  /** @type {Buffer[]} */ #blocks = [];
  #bytes = 0;
  #failed;

  /** @param {ReturnType<typeof startProgram>} recorder */
  constructor({ child, failed }) {
    this.#failed = failed;
    child.stdout.on("data", (block) => {
      this.#blocks.push(block);
      this.#bytes += block.length;
    });
  }

  /** Seconds recorded so far. */
  get seconds() {
    return this.#bytes / 2 / RATE;
  }

  /** Waits until something is heard in what is played from now on. */
  untilHeard() {
    return this.#untilNext(0.2, ({ heard }) => heard);
  }

  /** Waits until nothing is heard in what is played from now on. @param {number} seconds For so long. */
  untilSilent(seconds) {
    return this.#untilNext(seconds, ({ heard }) => !heard);
  }

  /**
   * What was heard since a time, from its first sound to its last, with its longest pause in seconds.
   * @param {number} start
   */
  since(start) {
    const samples = this.#samples(start, this.seconds);
    const isAudible = (/** @type {number} */ sample) => Math.abs(sample) > AUDIBLE;
    const first = samples.findIndex(isAudible);
    const sound = first < 0 ? samples.subarray(0, 0) : samples.subarray(first, samples.findLastIndex(isAudible) + 1);
    const power = sound.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0);
    let [pause, silence] = [0, 0];
    for (const sample of sound) {
      silence = isAudible(sample) ? 0 : silence + 1;
      pause = Math.max(pause, silence);
    }
    const [seconds, rms] = [sound.length / RATE, Math.sqrt(power / sound.length)];
    return { heard: sound.length > 0, seconds, rms, pause: pause / RATE };
  }

  /**
   * @param {number} length Seconds of each part that is looked at.
   * @param {(part: ReturnType<Recording["since"]>) => boolean} isWanted
   */
  async #untilNext(length, isWanted) {
    const last = this.seconds + PATIENCE_SECONDS;
    while (this.seconds < last) {
      const start = this.seconds;
      while (this.seconds < start + length) await Promise.race([setTimeout(POLL_MS), this.#failed]);
      if (isWanted(this.since(start))) return;
    }
    throw new Error(`what was waited for was not heard in ${PATIENCE_SECONDS} s`);
  }

  /**
   * @param {number} start
   * @param {number} end
   */
  #samples(start, end) {
    const all = Buffer.concat(this.#blocks);
    this.#blocks = [all];
    const [first, last] = [start, end].map((seconds) => Math.floor(seconds * RATE));
    return Int16Array.from({ length: last - first }, (_, index) => all.readInt16LE(2 * (first + index)));
  }
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
