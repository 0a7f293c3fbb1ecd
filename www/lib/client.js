/** The way to an engine that may crash: a new one takes the place of a lost one and loads its voice. */
import { HanvoxError } from "./errors.js";

/** @typedef {import("./protocol.js").Request} Request */
/** @typedef {import("./host.js").CallOptions} CallOptions */

/**
 * @typedef {object} Connection A live engine.
 * @property {(request: Request, options?: CallOptions) => Promise<unknown>} call
 * @property {(error: HanvoxError) => void} close
 * @property {boolean} closed Also when it died by itself.
 */

export class Client {
  #connect;
  #lastSpeech = 0;
  /** @type {Connection | undefined} */ #connection;
  /** @type {(Request & {type: "load"}) | undefined} */ #loaded;
  /** @type {Promise<unknown> | undefined} */ #reloading;
  #disposed = false;

  /** @param {() => Connection} connect */
  constructor(connect) {
    this.#connect = connect;
  }

  /** A number for the next speech. */
  nextSpeech() {
    return ++this.#lastSpeech;
  }

  /**
   * @param {Request} request
   * @param {CallOptions} [options]
   * @returns {Promise<unknown>}
   */
  async call(request, options) {
    if (this.#disposed) throw new HanvoxError("canceled", "this Hanvox was disposed of");
    const connection = this.#alive() ?? this.#start(request);
    try {
      await this.#reloading;
      const value = await connection.call(request, options);
      if (request.type === "load") this.#loaded = request;
      return value;
    } catch (error) {
      if (HanvoxError.from(error).code === "engine-crashed") this.#drop(connection, HanvoxError.from(error));
      throw error;
    }
  }

  /**
   * Gives a speech's memory back; with its engine gone there is nothing left to give.
   * @param {number} speech
   */
  closeSpeech(speech) {
    this.#alive()
      ?.call({ type: "close", speech })
      .catch(() => {});
  }

  dispose() {
    this.#disposed = true;
    this.#connection?.close(new HanvoxError("canceled", "this Hanvox was disposed of"));
    this.#connection = undefined;
  }

  #alive() {
    return this.#connection?.closed ? undefined : this.#connection;
  }

  /**
   * @param {Request} request
   * @returns {Connection}
   */
  #start(request) {
    const connection = this.#connect();
    this.#connection = connection;
    const again = request.type === "load" ? undefined : this.#loaded;
    this.#reloading = again && connection.call(again);
    // Where the reload fails the next call must try anew instead of meeting the same failure.
    this.#reloading?.catch((error) => this.#drop(connection, HanvoxError.from(error)));
    return connection;
  }

  /**
   * @param {Connection} connection
   * @param {HanvoxError} error
   */
  #drop(connection, error) {
    connection.close(error);
    if (this.#connection === connection) this.#connection = undefined;
  }
}
