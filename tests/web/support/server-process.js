/** A server as a process, and what browsers and curl would never send it. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";

/**
 * @param {string[]} args Of node; the program prints `{"url": ...}` as its first line.
 * @param {Record<string, string>} [env]
 */
export async function startServer(args, env = {}) {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = /** @type {Promise<[number | null, string | null]>} */ (once(child, "close"));
  let stderr = "";
  child.stderr.on("data", (text) => (stderr += text));
  const lines = createInterface({ input: child.stdout });
  const [first] = await Promise.race([once(lines, "line"), closed.then(() => Promise.reject(new Error(stderr)))]);
  const { url, wyoming } = /** @type {{url: string, wyoming?: string}} */ (JSON.parse(first));
  return {
    url,
    wyoming,
    port: Number(new URL(url).port),
    closed,
    stderr: () => stderr,
    pid: /** @type {number} */ (child.pid),
    signal: (/** @type {NodeJS.Signals} */ name) => child.kill(name),
    /** Bytes of memory that the process holds. */
    memory: () => 1024 * Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" })),
    /** The next line that it prints. */
    line: async () => /** @type {string} */ ((await once(lines, "line"))[0]),
  };
}

/**
 * Sends bytes as they are and gives all that comes back until the server closes.
 * @param {number} port
 * @param {string | Buffer | (string | Buffer)[]} parts Sent one after the other, with a pause between them.
 * @param {{half?: boolean, pause_ms?: number}} [how] `half`: closes its own side when all is sent.
 * @returns {Promise<string>}
 */
export async function exchange(port, parts, { half = false, pause_ms = 50 } = {}) {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let answer = "";
  socket.setEncoding("latin1").on("data", (text) => (answer += text));
  const closed = new Promise((resolve) => socket.on("end", resolve).on("close", resolve));
  socket.on("error", () => {});
  for (const part of [parts].flat()) {
    socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, pause_ms));
  }
  if (half) socket.end();
  await closed;
  socket.destroy();
  return answer;
}

/** The answers in what came back, by status, with the code of the errors. @param {string} text */
export function answersIn(text) {
  return text
    .split(/(?=HTTP\/1\.1 \d{3})/)
    .filter((part) => part.startsWith("HTTP/1.1") && !part.startsWith("HTTP/1.1 100"))
    .map((part) => ({
      status: Number(part.slice(9, 12)),
      code: /"code":"([\w-]+)"/.exec(part)?.[1],
      json: /content-type: application\/json/i.test(part),
    }));
}
