/**
 * Goes ahead with the first chunk of a speech: its windows are computed before they are asked for, and their samples go
 * to the sound, too, without the page. So a page that is busy right after the first sound causes no gap.
 */

/** @typedef {ReturnType<import("./engine.js").EngineSpeech["next"]>} Window */

export class Ahead {
  #speech;
  #port;
  #sampleRate;
  /** What was computed and not yet asked for. @type {(() => Window)[]} */ #ready = [];
  /** Whether the first chunk is neither at its end nor at fault. */ #going = true;
  #scheduled = false;

  /**
   * @param {import("./engine.js").EngineSpeech} speech
   * @param {MessagePort} port Takes samples: see `Feed` of the player.
   * @param {number} sampleRate
   */
  constructor(speech, port, sampleRate) {
    this.#speech = speech;
    this.#port = port;
    this.#sampleRate = sampleRate;
  }

  /** The next window. Throws what the engine threw. */
  next() {
    const ready = this.#ready.shift();
    if (ready) return ready();
    const window = this.#compute();
    this.#goOn();
    return window;
  }

  /** Forgets what was computed ahead. */
  stop() {
    this.#going = false;
    this.#ready = [];
    this.#port.close();
  }

  /** Computes the next window when nothing was asked of the worker meanwhile. */
  #goOn() {
    if (!this.#going || this.#scheduled) return;
    this.#scheduled = true;
    setTimeout(() => {
      this.#scheduled = false;
      if (this.#going) this.#ready.push(this.#kept());
    });
  }

  /** @returns {() => Window} */
  #kept() {
    try {
      const window = this.#compute();
      this.#goOn();
      return () => window;
    } catch (thrown) {
      this.#going = false;
      return () => {
        throw thrown;
      };
    }
  }

  #compute() {
    const window = this.#speech.next();
    if (this.#going && window) this.#port.postMessage({ samples: window.samples, sampleRate: this.#sampleRate });
    if (!window || window.last) this.#going = false;
    return window;
  }
}
