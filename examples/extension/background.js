// A service worker has no sound: a hidden page of the extension reads.
const READER = {
  url: "reader.html",
  reasons: ["AUDIO_PLAYBACK"],
  justification: "It reads the page aloud.",
};

chrome.action.onClicked.addListener(async ({ id: tabId }) => {
  try {
    const [{ result: text }] = await chrome.scripting.executeScript({ target: { tabId }, func: textOfPage });
    if (!(await chrome.offscreen.hasDocument())) await chrome.offscreen.createDocument(READER);
    await chrome.runtime.sendMessage({ text });
  } catch (error) {
    // Browsers keep some pages from extensions, such as their own.
    console.warn(error);
    show("!");
  }
});

chrome.runtime.onMessage.addListener(({ badge }) => show(badge));

/** @param {string} badge */
function show(badge) {
  chrome.action.setBadgeText({ text: badge });
}

/** Runs in the page. */
function textOfPage() {
  // biome-ignore lint/performance/useDomNodeTextContent: what is hidden is not to be read.
  return getSelection().toString() || (document.querySelector("article, main") ?? document.body).innerText;
}
