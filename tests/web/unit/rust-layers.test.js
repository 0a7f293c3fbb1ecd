import assert from "node:assert/strict";
import { test } from "node:test";

import { faults, importsOf } from "../../../scripts/rust-layers.mjs";

const ROOMS = [["low"], ["left", "right"], ["lib"]];

/** @param {Record<string, string>} files What differs from empty ones. */
function sources({ "left/mod.rs": left, ...files }) {
  const room = left === undefined ? { "left.rs": "" } : { "left/mod.rs": left };
  const lib = "mod low; mod left; mod right;";
  return new Map(Object.entries({ "lib.rs": lib, "low.rs": "", ...room, "right.rs": "", ...files }));
}

/** @param {Record<string, string>} files */
function imports(files) {
  return Object.fromEntries([...importsOf(sources(files))].map(([from, to]) => [from, [...to].sort()]));
}

test("imports down the rooms are no fault", () => {
  const files = sources({ "left.rs": "use crate::low::A;", "right.rs": "fn f() { crate::low::g() }" });
  assert.deepEqual(faults(files, ROOMS, []), []);
});

test("imports up and across are faults", () => {
  const files = sources({ "low.rs": "use crate::left::B;", "left.rs": "use crate::right;" });
  assert.deepEqual(faults(files, ROOMS, []), [
    "low imports left, which is not in a lower room",
    "left imports right, which is not in a lower room",
  ]);
});

test("a circle inside a room is a fault until it is known, and knowing it is one when it is gone", () => {
  const left = { "left/mod.rs": "mod a; mod b;", "left/b.rs": "use super::a::{self, A};" };
  const closed = sources({ ...left, "left/a.rs": "use super::b::B;" });
  const known = /** @type {[string, string][]} */ ([["left/a", "left/b"]]);
  assert.deepEqual(faults(closed, ROOMS, []), ["circle: left/a, left/b"]);
  assert.deepEqual(faults(closed, ROOMS, known), []);
  const open = sources({ ...left, "left/a.rs": "" });
  assert.deepEqual(faults(open, ROOMS, known), ["left/a no longer imports left/b: remove it from KNOWN"]);
});

test("a file in no room is refused", () => {
  assert.throws(() => faults(sources({ "new.rs": "use crate::low;" }), ROOMS, []), /src\/new/);
});

test("a re-export leads to the file behind it, and is an import only where its name is used", () => {
  const files = { "left/a.rs": "", "right.rs": "use crate::left::A;" };
  const passed = imports({ "left/mod.rs": "mod a;\npub use a::{A, B};", ...files });
  assert.deepEqual([passed.right, passed.left], [["left/a"], []]);
  const used = imports({ "left/mod.rs": "mod a;\npub use a::{A, B};\nfn f(b: B) {}", ...files });
  assert.deepEqual([used.right, used.left], [["left/a"], ["left/a"]]);
});

test("nested trees, renamed items and paths in code are read", () => {
  const found = imports({
    "left/mod.rs": "mod a; mod b;\nfn f() { a::run(); b::C::new() }",
    "left/a.rs": "use crate::{low::{self as deep, X}, right::Y as Z};",
    "left/b.rs": "use std::fmt;\nfn g() { super::super::low::h() }",
    "right.rs": "pub(in crate::left) struct Y;",
  });
  const left = { left: ["left/a", "left/b"], "left/a": ["low", "right"], "left/b": ["low"] };
  assert.deepEqual(found, { lib: [], low: [], ...left, right: [] });
});

test("comments, strings and tests may name anything", () => {
  const found = imports({
    "low.rs": `/// See [crate::left::A].
      const A: &str = "crate::left::A \\" crate::right";
      #[cfg(test)]
      mod tests {
          use crate::left;
      }`,
    "left/mod.rs": "#[cfg(test)]\nmod tests;",
    "left/tests.rs": "use crate::right;",
    "right.rs": `#[cfg(test)]\n#[path = "right_tests.rs"]\nmod tests;`,
  });
  assert.deepEqual(found, { lib: [], low: [], left: [], right: [] });
});
