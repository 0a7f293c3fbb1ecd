/** The fields of a speech request, checked one by one; the engine checks their ranges. */
import { FORMATS, isFormat } from "../encode/formats.js";
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
 * @property {import("../encode/formats.js").Format} [format]
 * @property {boolean | "auto"} [markup] Whether the text is markup.
 * @property {boolean} [stream] Whether to send the audio as it is computed.
 */

/** @typedef {"string" | "number" | "boolean" | "switch" | "any"} FieldType A switch is true, false or "auto". */

/** @type {Record<keyof Wanted, FieldType>} */
const TYPES = {
  ...{ text: "string", voice: "string", emotion: "string", speaker: "string", format: "string" },
  ...{ intensity: "number", speed: "number", pitch: "number", energy: "number" },
  stream: "boolean",
  markup: "switch",
};

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * @param {{fields: import("./body.js").Fields, form: boolean}} body In a form, all values are strings.
 * @param {import("./body.js").Fields} [query] Of a request with a body; may contain `stream`.
 * @returns {Wanted}
 */
export function wanted({ fields, form }, query = []) {
  const foreign = query.find(([name]) => name !== "stream");
  if (foreign !== undefined) throw badField(foreign[0], `"${foreign[0]}" can't be given in the address`);
  const read = (/** @type {import("./body.js").Fields} */ texts) =>
    texts.map(([name, value]) => /** @type {[string, unknown]} */ ([name, parsed(name, value)]));
  const values = takeFields([...(form ? read(fields) : fields), ...read(query)], TYPES);
  if (values.text === undefined)
    throw new HanvoxError("request-invalid", `the field "text" is missing`, { context: { field: "text" } });
  if (values.format !== undefined && !isFormat(values.format))
    throw badField("format", `"format" is one of ${Object.keys(FORMATS).join(", ")}`);
  return values;
}

/**
 * The fields by name, each of its type and given once.
 * @param {import("./body.js").Fields} fields
 * @param {Record<string, FieldType>} types
 * @returns {any}
 */
export function takeFields(fields, types) {
  /** @type {Record<string, unknown>} */
  const values = {};
  for (const [name, value] of fields) {
    if (!Object.hasOwn(types, name)) throw badField(name, `there is no field "${name}"`);
    if (Object.hasOwn(values, name)) throw badField(name, `"${name}" is given twice`);
    check(name, value, types[name]);
    values[name] = value;
  }
  return values;
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {FieldType} type
 */
function check(name, value, type) {
  if (type === "any" || (type === "switch" && (typeof value === "boolean" || value === "auto"))) return;
  if (typeof value !== type) throw badField(name, `"${name}" is no ${type}`);
  // A JSON number may overflow to infinity.
  if (type === "number" && !Number.isFinite(value)) throw badField(name, `"${name}" is out of range`);
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
