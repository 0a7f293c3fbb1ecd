/** Elements from data. Text stays text: nothing here reads HTML. */

/** @typedef {string | number | boolean | undefined | ((event: any) => unknown)} Value */

/**
 * An element. Of its attributes, functions are listeners ("onclick"), booleans are there or not.
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
 * A label in Chinese with its English beside it.
 * @param {string} chinese
 * @param {string} english
 */
export function both(chinese, english) {
  return [chinese, " ", h("span", { class: "en", lang: "en" }, english)];
}

/**
 * A select with its choices.
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
 * Asks for a second press before it acts, and forgets the first one after a while.
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

/** A line that says what was done, for ears too, and goes by itself. */
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
 * Offers a blob as a file.
 * @param {Blob} blob
 * @param {string} name
 */
export function saveAs(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  // The download has its own hold on the data by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
