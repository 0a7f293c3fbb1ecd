/** The interfaces of the Web Speech API that are about speaking, as its Web IDL has them. */

/**
 * @typedef {object} Interface
 * @property {string} [parent]
 * @property {number} [length] Of its constructor; without one it has none.
 * @property {string} [readonly] Names of attributes.
 * @property {string} [attributes]
 * @property {Record<string, number>} [operations] The number of arguments of each.
 */

/** @type {Record<string, Interface>} */
export const INTERFACES = {
  SpeechSynthesis: {
    parent: "EventTarget",
    readonly: "pending speaking paused",
    attributes: "onvoiceschanged",
    operations: { speak: 1, cancel: 0, pause: 0, resume: 0, getVoices: 0 },
  },
  SpeechSynthesisUtterance: {
    parent: "EventTarget",
    length: 0,
    attributes: "text lang voice volume rate pitch onstart onend onerror onpause onresume onmark onboundary",
  },
  SpeechSynthesisEvent: {
    parent: "Event",
    length: 2,
    readonly: "utterance charIndex charLength elapsedTime name",
  },
  SpeechSynthesisErrorEvent: { parent: "SpeechSynthesisEvent", length: 2, readonly: "error" },
  SpeechSynthesisVoice: { readonly: "voiceURI name lang localService default" },
};

/**
 * Runs in a page: the rules of Web IDL that a global class breaks.
 * @param {string} name
 * @param {Interface} idl
 */
export function brokenRules(name, { parent, length = 0, readonly = "", attributes = "", operations = {} }) {
  const host = /** @type {any} */ (globalThis);
  const { prototype } = host[name];
  /** @type {string[]} */
  const broken = [];
  const rule = (/** @type {string} */ told, /** @type {unknown} */ kept) => kept || broken.push(told);
  const throwsTypeError = (/** @type {() => unknown} */ call) => {
    try {
      call();
      return false;
    } catch (error) {
      return error instanceof TypeError;
    }
  };
  const words = (/** @type {string} */ list) => list.split(" ").filter(Boolean);
  const isHidden = (/** @type {PropertyDescriptor | undefined} */ of) => of?.configurable && !of.enumerable;
  const isShown = (/** @type {PropertyDescriptor | undefined} */ of) => of?.configurable && of.enumerable;

  const property = Object.getOwnPropertyDescriptor(host, name);
  rule("the global can be replaced and is not listed", isHidden(property) && property?.writable);
  rule("name", host[name].name === name);
  rule("length", host[name].length === length);
  rule(
    "it is called without new",
    throwsTypeError(() => host[name]()),
  );
  rule("the prototype is fixed", !Object.getOwnPropertyDescriptor(host[name], "prototype")?.writable);
  if (parent) rule("parent", Object.getPrototypeOf(prototype) === host[parent].prototype);
  if (parent) rule("parent of the class", Object.getPrototypeOf(host[name]) === host[parent]);
  const tag = Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag);
  rule("tag", tag?.value === name && isHidden(tag) && !tag.writable);
  for (const attribute of [...words(readonly), ...words(attributes)]) {
    const of = Object.getOwnPropertyDescriptor(prototype, attribute);
    rule(`${attribute} is an attribute`, isShown(of) && of?.get?.name === `get ${attribute}`);
    rule(
      `${attribute} is of its objects`,
      throwsTypeError(() => of?.get?.call({})),
    );
    rule(`${attribute} can be set, or not`, (of?.set !== undefined) === words(attributes).includes(attribute));
  }
  for (const [operation, count] of Object.entries(operations)) {
    const of = Object.getOwnPropertyDescriptor(prototype, operation);
    rule(`${operation} is an operation`, isShown(of) && of?.writable && of.value.name === operation);
    rule(`${operation} takes ${count}`, of?.value.length === count);
    rule(
      `${operation} is of its objects`,
      throwsTypeError(() => of?.value.call({})),
    );
  }
  return broken;
}
