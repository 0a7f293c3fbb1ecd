/** How much storage the page uses, and whether it is persistent. */
import { h } from "../dom.js";
import { size } from "../format.js";
import { said } from "../said.js";

/** @typedef {{usage?: number, quota?: number, persisted?: boolean}} Usage */

export function storageView() {
  const figures = h("p", { class: "facts", id: "voices-usage" });
  const meter = h("meter", { min: 0, "aria-labelledby": "voices-usage" });
  const show = (/** @type {Usage} */ { usage, quota, persisted }) => {
    const lasting = persisted
      ? said("浏览器会一直保留", "kept for good")
      : said("空间紧张时浏览器可能清除", "the browser may clear it when space is short");
    figures.textContent = said(
      `已用 ${size(usage)}，最多 ${size(quota)} · ${lasting}`,
      `${size(usage)} used of at most ${size(quota)} · ${lasting}`,
    );
    meter.hidden = !quota;
    meter.max = quota ?? 1;
    meter.value = usage ?? 0;
  };
  return { view: h("div", { class: "storage" }, figures, meter), show };
}
