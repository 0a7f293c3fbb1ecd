import assert from "node:assert/strict";
import { test } from "node:test";
import { Statistics } from "../../../www/lib/diagnostics/statistics.js";
import { randomFrom } from "../support/random.js";

test("counts by key fall out of the window as it slides", () => {
  let now = 1_000_000;
  const statistics = new Statistics({ keep_s: 100, now: () => now });
  statistics.add("busy");
  now += 30_000;
  statistics.add("busy", 2);
  statistics.add("network");
  assert.deepEqual(statistics.counts(60), { busy: 3, network: 1 });
  assert.deepEqual(statistics.counts(30), { busy: 2, network: 1 });
  now += 60_000;
  assert.deepEqual(statistics.counts(60), {});
  assert.deepEqual(statistics.counts(), { busy: 3, network: 1 });
});

test("any run of events gives the counts that a plain list gives", () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const random = randomFrom(seed);
    let now = 5_000_000;
    const statistics = new Statistics({ keep_s: 300, now: () => now });
    /** @type {{key: string, second: number}[]} */
    const events = [];
    for (let step = 0; step < 200; step += 1) {
      now += Math.floor(random() ** 4 * 60_000);
      const key = ["a", "b", "c"][Math.floor(random() * 3)];
      statistics.add(key);
      events.push({ key, second: Math.floor(now / 1000) });
      const window = 1 + Math.floor(random() * 300);
      const inside = events.filter(({ second }) => second > Math.floor(now / 1000) - window);
      for (const key of ["a", "b", "c"])
        assert.equal(statistics.counts(window)[key] ?? 0, inside.filter((event) => event.key === key).length);
    }
  }
});

test("a clock that is set back loses nothing", () => {
  let now = 10_000_000;
  const statistics = new Statistics({ now: () => now });
  statistics.add("busy");
  now -= 5_000_000;
  statistics.add("busy");
  now += 5_000_000;
  assert.deepEqual(statistics.counts(10), { busy: 2 });
});
