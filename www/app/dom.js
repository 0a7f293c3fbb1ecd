/** Elements from data. Text stays text: nothing here reads HTML. */

/** @typedef {string | number | boolean | undefined | ((event: any) => unknown)} Value */

/**
 * Creates an element. Function attributes are listeners ("onclick"); boolean ones are present or absent.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Value>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {Value} value
 */
function set(element, name, value) {
  if (typeof value === "function") element.addEventListener(name.slice(2), value);
  else if (typeof value === "boolean") element.toggleAttribute(name, value);
  else if (value !== undefined) element.setAttribute(name, String(value));
}

/**
 * A select with its options.
 * @param {Record<string, Value>} attributes
 * @param {[value: string, label: string][]} choices
 * @param {string} chosen
 */
export function select(attributes, choices, chosen) {
  const element = h("select", attributes);
  for (const [value, label] of choices) element.append(new Option(label, value));
  element.value = chosen;
  return element;
}

/**
 * Asks for a second click before acting; the first one expires after a while.
 * @param {HTMLButtonElement} button
 * @param {string} question
 * @param {() => void} act
 */
export function confirmed(button, question, act) {
  const usual = [...button.childNodes];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;
  const rest = () => {
    clearTimeout(waiting);
    waiting = undefined;
    button.replaceChildren(...usual);
  };
  button.addEventListener("click", () => {
    if (waiting !== undefined) return (rest(), act());
    button.replaceChildren(question);
    waiting = setTimeout(rest, 4000);
  });
}

/** A status line, announced by screen readers, that disappears by itself. */
export function statusLine() {
  const line = h("p", { class: "status-line", role: "status" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const say = (/** @type {string} */ message) => {
    clearTimeout(timer);
    line.textContent = message;
    timer = setTimeout(() => line.replaceChildren(), 6000);
  };
  return { line, say };
}

/**
 * Downloads a blob as a file.
 * @param {Blob} blob
 * @param {string} name
 */
export function saveAs(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  // By then the download holds the data itself.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
