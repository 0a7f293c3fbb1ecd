import assert from "node:assert/strict";
import { hostname } from "node:os";
import { test } from "node:test";
import { Guard } from "../../../www/bin/guard.js";

/** @param {Record<string, string>} headers @param {string} [method] */
const asked = (headers, method = "POST") => ({ method, headers });

test("this machine's names and addresses are known, and no other name is", () => {
  const guard = new Guard({ hosts: ["tts.example.org"] });
  for (const host of [
    ...["localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "[::1]:8080", "192.168.1.7"],
    ...[hostname(), "tts.example.org", "TTS.example.org:443", "tts.example.org."],
  ])
    assert.equal(guard.checkHost(asked({ host })), undefined, host);
  for (const host of [
    ...["example.org", "localhost.example.org", "tts.example.org.evil", "127.0.0.1.example.org", ""],
    ...["localhost@evil.example", "evil.example/localhost", "evil.example#localhost", "a b"],
  ])
    assert.equal(guard.checkHost(asked({ host }))?.status, 421, host);
  assert.equal(guard.checkHost(asked({})), undefined);
  assert.equal(new Guard({ hosts: ["*"] }).checkHost(asked({ host: "evil.example" })), undefined);
});

test("the server's own pages may ask, those of other sites only if they are named", () => {
  const guard = new Guard({ origins: ["https://reader.example/"] });
  const status = (/** @type {Record<string, string>} */ headers) =>
    guard.checkCaller(asked({ host: "127.0.0.1:8080", ...headers }), "/tts")?.status;
  assert.equal(status({}), undefined);
  assert.equal(status({ origin: "http://127.0.0.1:8080" }), undefined);
  assert.equal(status({ origin: "https://reader.example" }), undefined);
  assert.equal(status({ "sec-fetch-site": "same-origin" }), undefined);
  assert.equal(status({ "sec-fetch-site": "none" }), undefined);
  for (const origin of ["https://evil.example", "http://127.0.0.1:9090", "null", "", "http://reader.example"])
    assert.equal(status({ origin }), 403, origin);
  assert.equal(status({ "sec-fetch-site": "cross-site" }), 403);
});

test("a page that may ask is told so, before and after", () => {
  const guard = new Guard({ origins: ["https://reader.example"] });
  const origin = "https://reader.example";
  const preflight = guard.preflight(
    asked(
      {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization, content-type",
      },
      "OPTIONS",
    ),
  );
  assert.equal(preflight?.["Access-Control-Allow-Origin"], origin);
  assert.equal(preflight?.["Access-Control-Allow-Headers"], "authorization, content-type");
  assert.deepEqual(guard.corsHeaders(asked({ origin })), {
    Vary: "Origin",
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Expose-Headers": "*",
  });
  assert.deepEqual(guard.corsHeaders(asked({ origin: "https://evil.example" })), { Vary: "Origin" });
  const any = new Guard({ origins: ["*"] });
  assert.equal(any.corsHeaders(asked({ origin: "https://a.example" }))["Access-Control-Allow-Origin"], "*");
  assert.deepEqual(new Guard().corsHeaders(asked({ origin })), {});
  assert.equal(new Guard().preflight(asked({ "access-control-request-method": "POST" }, "OPTIONS")), undefined);
  for (const name of ["reader.example", "", "ftp", "file:///x"])
    assert.throws(() => new Guard({ origins: [name] }), { code: "option-invalid" }, name);
});

test("a token opens the API, and probes need none", () => {
  const guard = new Guard({ token: "s3cret" });
  const status = (/** @type {Record<string, string>} */ headers, path = "/tts") =>
    guard.checkCaller(asked(headers), path)?.status;
  assert.equal(status({ authorization: "Bearer s3cret" }), undefined);
  assert.equal(status({ authorization: "bearer  s3cret" }), undefined);
  assert.equal(status({ "ocp-apim-subscription-key": "s3cret" }), undefined);
  for (const authorization of ["Bearer s3cre", "Bearer s3cret1", "s3cret", "Basic s3cret", ""])
    assert.equal(status({ authorization }), 401, authorization);
  assert.equal(status({}), 401);
  assert.equal(status({}, "/metrics"), 401);
  assert.equal(status({}, "/healthz"), undefined);
});
