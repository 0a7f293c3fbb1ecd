/** One page speaks at a time: the others hear of it and pause. */

const CHANNEL = "hanvox-speaking";

export class Turns {
  /** @type {BroadcastChannel | undefined} */ #channel;

  /** @param {() => void} onother Called when another page starts to speak. */
  constructor(onother) {
    if (!globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = () => onother();
  }

  /** This page speaks now. */
  take() {
    this.#channel?.postMessage("speaks");
  }

  close() {
    this.#channel?.close();
  }
}
