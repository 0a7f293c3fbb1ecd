/** A real Prometheus that scrapes a server, and its query API. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "./folder.js";

const DOCS = fileURLToPath(new URL("../../../docs", import.meta.url));

/** @typedef {{metric: Record<string, string>, value: [number, string]}} Result */

/**
 * Started with the configuration of docs/, but for a server elsewhere and every second.
 * @param {...string} targets Host and port of each server.
 */
export async function startPrometheus(...targets) {
  const folder = await temporaryFolder();
  await copyFile(join(DOCS, "prometheus-alerts.yml"), join(folder, "prometheus-alerts.yml"));
  const config = (await readFile(join(DOCS, "prometheus.yml"), "utf8"))
    .replaceAll("15s", "1s")
    .replace('"localhost:8080"', JSON.stringify(targets).slice(1, -1));
  await writeFile(join(folder, "prometheus.yml"), config);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    process.env.PROMETHEUS ?? "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const closed = once(child, "close");
  const api = new PrometheusApi(`http://${address}`);
  await Promise.race([api.ready(), closed.then(() => Promise.reject(new Error(said)))]);
  return { api, stop: () => (child.kill("SIGTERM"), closed) };
}

class PrometheusApi {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  async ready() {
    while (
      !(await fetch(`${this.url}/-/ready`).then(
        (answer) => answer.ok,
        () => false,
      ))
    )
      await setTimeout(100);
  }

  /**
   * @param {string} path Under /api/v1.
   * @param {Record<string, string>} [parameters]
   * @returns {Promise<any>}
   */
  async get(path, parameters = {}) {
    const answer = await (await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters)}`)).json();
    if (answer.status !== "success") throw new Error(`${path} ${JSON.stringify(parameters)}: ${answer.error}`);
    return answer.data;
  }

  /**
   * @param {string} query
   * @param {number} [at] Unix seconds.
   * @returns {Promise<Result[]>}
   */
  async query(query, at = Date.now() / 1000) {
    return (await this.get("query", { query, time: String(at) })).result;
  }

  /**
   * The one number that a query gives.
   * @param {string} query
   * @param {number} [at]
   */
  async number(query, at) {
    const results = await this.query(query, at);
    if (results.length !== 1) throw new Error(`${results.length} results of ${query}`);
    return Number(results[0].value[1]);
  }

  /**
   * Waits until a query gives a number.
   * @param {string} query
   * @param {number} value
   */
  async until(query, value) {
    while (Number((await this.query(query))[0]?.value[1] ?? NaN) !== value) await setTimeout(200);
  }
}

/** @returns {Promise<number>} */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  await once(server, "close");
  return port;
}
