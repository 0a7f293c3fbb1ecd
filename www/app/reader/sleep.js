/** Ends the reading after a while, for those who fall asleep over it. */

export class SleepTimer {
  #onsleep;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {() => void} onsleep */
  constructor(onsleep) {
    this.#onsleep = onsleep;
  }

  /** @param {number} minutes 0 for never. */
  set(minutes) {
    clearTimeout(this.#timer);
    this.#timer = minutes > 0 ? setTimeout(this.#onsleep, minutes * 60_000) : undefined;
  }
}
