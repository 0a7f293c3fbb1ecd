/** Tabs after the WAI-ARIA pattern: arrows, Home and End move between them; only one is in the tab order. */
import { h } from "../dom.js";

/** @typedef {{id: string, title: string, view: HTMLElement}} Tab */

/**
 * @param {Tab[]} tabs
 * @param {string} label
 * @param {(id: string) => void} onselect
 */
export function tabList(tabs, label, onselect) {
  const buttons = tabs.map(({ id, title }) =>
    h("button", { type: "button", role: "tab", id: `health-tab-${id}`, "aria-controls": `health-view-${id}` }, title),
  );
  for (const { id, view } of tabs) {
    view.id = `health-view-${id}`;
    view.setAttribute("role", "tabpanel");
    view.setAttribute("aria-labelledby", `health-tab-${id}`);
  }

  /** @param {number} chosen */
  const choose = (chosen) => {
    buttons.forEach((button, place) => {
      button.setAttribute("aria-selected", String(place === chosen));
      button.tabIndex = place === chosen ? 0 : -1;
      tabs[place].view.hidden = place !== chosen;
    });
    onselect(tabs[chosen].id);
    return buttons[chosen];
  };

  const list = h("div", { role: "tablist", "aria-label": label, class: "tabs" }, ...buttons);
  list.addEventListener("click", ({ target }) => {
    const place = buttons.findIndex((button) => button.contains(/** @type {Node} */ (target)));
    if (place >= 0) choose(place);
  });
  list.addEventListener("keydown", (event) => {
    const place = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const next = step(event.key, place, buttons.length);
    if (place < 0 || next === undefined) return;
    event.preventDefault();
    choose(next).focus();
  });
  return { list, select: (/** @type {string} */ id) => choose(tabs.findIndex((tab) => tab.id === id)) };
}

/**
 * @param {string} key
 * @param {number} place
 * @param {number} count
 */
function step(key, place, count) {
  if (key === "ArrowRight") return (place + 1) % count;
  if (key === "ArrowLeft") return (place + count - 1) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}
