/** How much storage the page uses, and whether it is persistent. */
import { h } from "../dom.js";
import { size } from "../format.js";
import { words } from "../language/language.js";

/** @typedef {{usage?: number, quota?: number, persisted?: boolean}} Usage */

export function storageView() {
  const figures = h("p", { class: "facts", id: "voices-usage" });
  const meter = h("meter", { min: 0, "aria-labelledby": "voices-usage" });
  const show = (/** @type {Usage} */ { usage, quota, persisted }) => {
    const lasting = persisted ? words.voicesPanel.lasting : words.voicesPanel.mayClear;
    figures.textContent = words.voicesPanel.used(size(usage), size(quota), lasting);
    meter.hidden = !quota;
    meter.max = quota ?? 1;
    meter.value = usage ?? 0;
  };
  return { view: h("div", { class: "storage" }, figures, meter), show };
}
