/** The fields of a speech request, checked one by one; the engine checks their ranges. */
import { HanvoxError } from "../shared/errors.js";
import { badField } from "./refusal.js";

/**
 * @typedef {object} Wanted
 * @property {string} text
 * @property {string} [voice]
 * @property {string} [emotion]
 * @property {number} [intensity]
 * @property {string} [speaker]
 * @property {number} [speed]
 * @property {number} [pitch]
 * @property {number} [energy]
 * @property {boolean | "auto"} [markup] Whether the text is markup.
 * @property {boolean} [stream] Whether to send the audio as it is computed.
 */

/** @type {Record<keyof Wanted, "string" | "number" | "boolean" | "switch">} */
const TYPES = {
  ...{ text: "string", voice: "string", emotion: "string", speaker: "string" },
  ...{ intensity: "number", speed: "number", pitch: "number", energy: "number" },
  stream: "boolean",
  markup: "switch",
};

/** What a switch takes beside true and false. */
const AUTOMATIC = "auto";

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * @param {{fields: import("./body.js").Fields, form: boolean}} body In a form, all values are strings.
 * @param {URLSearchParams} query May contain `stream`.
 * @returns {Wanted}
 */
export function wanted({ fields, form }, query) {
  const foreign = [...query.keys()].find((name) => name !== "stream");
  if (foreign !== undefined) throw badField(foreign, `"${foreign}" can't be given in the address`);
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const [name, value] of fields) take(values, name, form ? parsed(name, value) : value);
  if (query.has("stream")) take(values, "stream", parsed("stream", query.get("stream")));
  if (values.text === undefined)
    throw new HanvoxError("request-invalid", `the field "text" is missing`, { context: { field: "text" } });
  return /** @type {any} */ (values);
}

/**
 * @param {Record<string, unknown>} values
 * @param {string} name
 * @param {unknown} value
 */
function take(values, name, value) {
  if (!isField(name)) throw badField(name, `there is no field "${name}"`);
  if (Object.hasOwn(values, name)) throw badField(name, `"${name}" is given twice`);
  const type = TYPES[name];
  if (type === "switch" ? !isSwitch(value) : typeof value !== type) throw badField(name, `"${name}" is no ${type}`);
  // A JSON number may overflow to infinity.
  if (type === "number" && !Number.isFinite(value)) throw badField(name, `"${name}" is out of range`);
  values[name] = value;
}

/** @param {unknown} value */
function isSwitch(value) {
  return typeof value === "boolean" || value === AUTOMATIC;
}

/** @param {string} name @returns {name is keyof Wanted} */
function isField(name) {
  return Object.hasOwn(TYPES, name);
}

/**
 * Parses a form field's value; the whole string must be of the field's type.
 * @param {string} name
 * @param {unknown} value
 */
function parsed(name, value) {
  const text = String(value);
  if (!isField(name) || TYPES[name] === "string") return text;
  if (TYPES[name] === "boolean" || TYPES[name] === "switch")
    return { 1: true, true: true, 0: false, false: false }[text] ?? text;
  return DECIMAL.test(text) ? Number(text) : text;
}
