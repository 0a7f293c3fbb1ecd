/** The engines of a Hanvox and the bounded queue in front of them. */
import { HanvoxError, canceled } from "../shared/errors.js";

/** @typedef {import("./client.js").Client} Client */

/** @typedef {{client: Client, speeches: number}} Slot */

/** @typedef {{client: Client, release: () => void}} Lease The right to run one speech in an engine. */

export class Pool {
  #slots;
  #limits;
  #onchange;
  /** @type {((slot: Slot) => void)[]} */ #waiting = [];

  /**
   * @param {Client[]} clients
   * @param {Pick<import("../shared/limits.js").Limits, "speeches" | "queue">} limits
   * @param {(load: {speeches: number, waiting: number}) => void} [onchange]
   */
  constructor(clients, limits, onchange = () => {}) {
    /** @type {Slot[]} */
    this.#slots = clients.map((client) => ({ client, speeches: 0 }));
    this.#limits = limits;
    this.#onchange = onchange;
  }

  get clients() {
    return this.#slots.map(({ client }) => client);
  }

  /** Starts one more engine, so that one is free while another computes; it does nothing if all have started. */
  async warm() {
    await this.#slots.find(({ client }) => client.delay === 2 && !client.resting)?.client.warm();
  }

  /**
   * Leases the least busy engine, or waits in the queue for one; `busy` if the queue is full.
   * @param {AbortSignal} [signal]
   * @returns {Promise<Lease>}
   */
  async acquire(signal) {
    const free = this.#slots.filter(({ speeches }) => speeches < this.#limits.speeches);
    // An engine without a speech may still compute for one that was canceled.
    const slot = free.sort((a, b) => a.speeches - b.speeches || a.client.delay - b.client.delay)[0];
    if (slot) return this.#lease(slot);
    const { queue, speeches } = this.#limits;
    if (this.#waiting.length < queue) return this.#wait(signal);
    const context = { engines: this.#slots.length, speeches_per_engine: speeches, queue };
    throw new HanvoxError("busy", `${this.#waiting.length} requests are waiting already`, { context });
  }

  /**
   * Leases idle engines.
   * @param {number} most
   * @returns {Lease[]}
   */
  spare(most) {
    const idle = this.#slots.filter(({ client, speeches }) => speeches === 0 && !client.resting);
    return idle.slice(0, Math.max(0, most)).map((slot) => this.#lease(slot));
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<Lease>}
   */
  #wait(signal) {
    return new Promise((resolve, reject) => {
      const take = (/** @type {Slot} */ slot) => {
        signal?.removeEventListener("abort", leave);
        // Leased at once, before anyone else sees it as free.
        resolve(this.#lease(slot));
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== take);
        this.#changed();
        reject(canceled(/** @type {AbortSignal} */ (signal)));
      };
      if (signal?.aborted) return leave();
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(take);
      this.#changed();
    });
  }

  /**
   * @param {Slot} slot
   * @returns {Lease}
   */
  #lease(slot) {
    slot.speeches += 1;
    this.#changed();
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      slot.speeches -= 1;
      if (slot.speeches === 0) slot.client.relieve();
      if (slot.speeches < this.#limits.speeches) this.#waiting.shift()?.(slot);
      this.#changed();
    };
    return { client: slot.client, release };
  }

  #changed() {
    const speeches = this.#slots.reduce((sum, slot) => sum + slot.speeches, 0);
    this.#onchange({ speeches, waiting: this.#waiting.length });
  }
}
