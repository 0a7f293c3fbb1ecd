/**
 * Shows the sound of what is heard, or not, as its button and the last visit say: on a screen with room for it, unless it
 * was put away. Nothing of it is loaded or run before it is shown.
 */
import { loadPanel } from "./load-panel.js";
import { saveSound, savedSound } from "./settings.js";

/** @typedef {Awaited<ReturnType<typeof import("./sound/panel.js").createPanel>>} Panel */

const ROOMY = "(min-width: 64rem) and (min-height: 45rem)";

/** @param {{onerror: (error: unknown) => void}} page */
export function connectSound({ onerror }) {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("sound-show"));
  let shown = savedSound() ?? matchMedia(ROOMY).matches;
  /** @type {Promise<void> | undefined} */
  let loading;
  /** @type {Panel | undefined} */
  let panel;

  async function load() {
    try {
      panel = await loadPanel("sound", ({ createSound }) => createSound());
      panel.show(shown);
    } catch (error) {
      loading = undefined;
      show(false);
      onerror(error);
    }
  }

  const loaded = () => (loading ??= load());

  /** @param {boolean} wanted */
  function show(wanted) {
    shown = wanted;
    button.setAttribute("aria-pressed", String(shown));
    panel?.show(shown);
  }

  show(shown);
  button.addEventListener("click", () => {
    show(!shown);
    if (shown) loaded();
    saveSound(shown).catch(onerror);
  });
  return {
    /** Call it in each frame of the screen. @param {import("./sound/panel.js").Reading} [reading] What is read aloud. */
    watch(reading) {
      if (!shown || !reading) return;
      loaded();
      panel?.watch(reading);
    },
  };
}
