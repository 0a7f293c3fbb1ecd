/**
 * A text of any length as it is read: the sentence and the character are marked, it scrolls along, and a press reads from
 * there. The browser lays out only what is in view (content-visibility), and still finds and selects in all of it.
 */
import { h } from "../dom.js";
import { annotated } from "./annotate.js";
import { blockAt, blocksOf } from "./blocks.js";

/** @typedef {import("./sentences.js").Span} Span */

// So many blocks are laid out or skipped together.
const BLOCKS_PER_PART = 32;
// An average line, for the height of parts that were never in view.
const CHARACTERS_PER_LINE = 32;
const LINE_EM = 2.1;
// The sentence is kept between these shares of the view.
const COMFORT = { top: 0.12, bottom: 0.72, target: 0.3 };

/**
 * @typedef {object} Events
 * @property {(place: number) => void} onpress
 * @property {(place: number) => void} onmenu A press of the right button, or a long one.
 * @property {(follows: boolean) => void} onfollow Whether it scrolls along has changed.
 * @property {(text: string) => Promise<readonly import("../../lib/shared/protocol.js").PinyinToken[]>} readings
 */

export class TextView {
  #box;
  #events;
  #text = "";
  /** @type {Span[]} */ #blocks = [];
  /** @type {HTMLElement[]} */ #elements = [];
  #follows = true;
  #pinyin = false;
  #marks = new Marks();
  /** @type {Span | undefined} */ #sentence;
  /** @type {Span | undefined} */ #now;
  /** Blocks in view that lack their pinyin. @type {Set<HTMLElement>} */ #wanting = new Set();
  #annotates = false;
  /** Where to scroll in the next frame. @type {{sentence: Span, always: boolean} | undefined} */ #due;
  /** Looks for parts near the view, and in those for blocks: a book has too many to look for each. */ #near;
  #seen;

  /**
   * @param {HTMLElement} box It scrolls.
   * @param {Events} events
   */
  constructor(box, events) {
    this.#box = box;
    this.#events = events;
    const around = { root: box, rootMargin: "50%" };
    this.#near = new IntersectionObserver((entries) => this.#approach(entries), around);
    this.#seen = new IntersectionObserver((entries) => this.#see(entries), around);
    box.addEventListener("click", (event) => this.#press(event));
    box.addEventListener("contextmenu", (event) => this.#menu(event));
    for (const name of ["wheel", "touchmove"]) box.addEventListener(name, () => this.follow(false), { passive: true });
    box.addEventListener("keydown", ({ key }) => /^(Arrow(Up|Down)|Page|Home|End)/.test(key) && this.follow(false));
    // A press on the scroll bar has the box itself as its target.
    box.addEventListener("pointerdown", ({ target }) => target === box && this.follow(false));
  }

  /** @param {string} text */
  show(text) {
    if (text === this.#text && this.#elements.length > 0) return;
    this.#text = text;
    this.#blocks = blocksOf(text);
    this.#elements = this.#blocks.map(({ start, end }) => h("p", {}, text.slice(start, end)));
    this.#look(false);
    this.#box.replaceChildren(...this.#parts());
    this.#box.scrollTop = 0;
    this.#look(this.#pinyin);
  }

  /** Lets go of the text. */
  clear() {
    this.#look(false);
    this.#box.replaceChildren();
    [this.#text, this.#blocks, this.#elements] = ["", [], []];
    this.mark(undefined, undefined);
  }

  /** Shows pinyin above the characters in view, or takes it away. @param {boolean} on */
  showPinyin(on) {
    if (on === this.#pinyin) return;
    this.#pinyin = on;
    this.#box.classList.toggle("annotated", on);
    this.#look(on);
    if (on) return;
    this.#elements.forEach((element, index) => this.#strip(element, index));
    this.#remark();
  }

  /** Asks for the pinyin anew, since readings have changed. */
  readAgain() {
    if (!this.#pinyin) return;
    this.showPinyin(false);
    this.showPinyin(true);
  }

  /**
   * Marks a sentence and, in it, what is heard now.
   * @param {Span} [sentence]
   * @param {Span} [characters]
   */
  mark(sentence, characters) {
    const moved = sentence?.start !== this.#sentence?.start;
    this.#sentence = sentence;
    if (moved) this.#marks.set("sentence", sentence && this.#range(sentence));
    if (characters?.start !== this.#now?.start) this.#marks.set("now", characters && this.#range(characters));
    this.#now = characters;
    if (moved && sentence && this.#follows) this.#revealSoon(sentence, false);
  }

  /** Whether it scrolls along with the voice. @param {boolean} follows */
  follow(follows) {
    if (follows && this.#sentence) this.#revealSoon(this.#sentence, true);
    if (follows === this.#follows) return;
    this.#follows = follows;
    this.#events.onfollow(follows);
  }

  /** Scrolls to a sentence that is not marked. @param {Span} sentence */
  goTo(sentence) {
    this.#revealSoon(sentence, true);
  }

  /** The offsets of what is selected in it, or undefined. @returns {Span | undefined} */
  get selection() {
    const selection = getSelection();
    if (!selection || selection.isCollapsed || !this.#box.contains(selection.anchorNode)) return undefined;
    const range = selection.getRangeAt(0);
    const start = this.#offsetOf(range.startContainer, range.startOffset);
    const end = this.#offsetOf(range.endContainer, range.endOffset);
    return start !== undefined && end !== undefined && start < end ? { start, end } : undefined;
  }

  #parts() {
    const parts = [];
    for (let first = 0; first < this.#elements.length; first += BLOCKS_PER_PART) {
      const last = Math.min(first + BLOCKS_PER_PART, this.#elements.length);
      const part = h("div", { class: "part" }, ...this.#elements.slice(first, last));
      const lines = this.#blocks
        .slice(first, last)
        .map(({ start, end }) => Math.ceil((end - start) / CHARACTERS_PER_LINE));
      const height = lines.reduce((sum, count) => sum + Math.max(1, count) * LINE_EM, 0);
      part.style.containIntrinsicSize = `auto ${Math.round(height)}em`;
      parts.push(part);
    }
    return parts;
  }

  /** @param {boolean} on Whether to look for blocks that come near, to annotate them. */
  #look(on) {
    this.#near.disconnect();
    this.#seen.disconnect();
    this.#wanting.clear();
    if (on) for (const part of this.#box.children) this.#near.observe(part);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #approach(entries) {
    for (const { target, isIntersecting } of entries)
      for (const block of /** @type {Iterable<HTMLElement>} */ (target.children))
        isIntersecting ? this.#seen.observe(block) : this.#leave(block);
  }

  /** @param {HTMLElement} block */
  #leave(block) {
    this.#seen.unobserve(block);
    this.#wanting.delete(block);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #see(entries) {
    for (const { target, isIntersecting } of entries) {
      const element = /** @type {HTMLElement} */ (target);
      if (!isIntersecting) this.#wanting.delete(element);
      else if (element.dataset.pinyin === undefined) this.#wanting.add(element);
    }
    if (!this.#annotates) this.#annotateWanting();
  }

  /** One by one, so that a voice that is to speak waits for one at most. */
  async #annotateWanting() {
    this.#annotates = true;
    for (const element of this.#wanting) {
      this.#wanting.delete(element);
      await this.#annotate(element);
    }
    this.#annotates = false;
  }

  /** @param {HTMLElement} element */
  async #annotate(element) {
    const text = element.textContent ?? "";
    element.dataset.pinyin = "";
    if (text.trim() === "" || !element.isConnected) return;
    try {
      const readings = await this.#events.readings(text);
      // Pinyin may be off by now, and perhaps on again, which looks for the block anew.
      if (element.dataset.pinyin === undefined || !element.isConnected) return;
      element.replaceChildren(...annotated(text, readings).map((piece) => nodeOf(text, piece)));
      this.#remark();
    } catch {
      // Broken markup, or no voice yet: it stays as it is, and speaking it says why.
      delete element.dataset.pinyin;
    }
  }

  /** @param {HTMLElement} element @param {number} index */
  #strip(element, index) {
    if (element.dataset.pinyin === undefined) return;
    delete element.dataset.pinyin;
    const { start, end } = this.#blocks[index];
    element.replaceChildren(this.#text.slice(start, end));
  }

  /** The nodes of a range may have been replaced. */
  #remark() {
    this.#marks.set("sentence", this.#sentence && this.#range(this.#sentence));
    this.#marks.set("now", this.#now && this.#range(this.#now));
  }

  /** @param {Span} span */
  #range({ start, end }) {
    if (this.#blocks.length === 0 || end > this.#text.length) return undefined;
    const range = document.createRange();
    range.setStart(...this.#pointAt(start));
    // The end belongs to the last character, not to the next block.
    const [node, offset] = this.#pointAt(Math.max(start, end - 1));
    range.setEnd(node, node.nodeType === Node.TEXT_NODE ? Math.min(offset + 1, node.textContent?.length ?? 0) : offset);
    return range;
  }

  /**
   * @param {number} place
   * @returns {[Node, number]}
   */
  #pointAt(place) {
    const index = blockAt(this.#blocks, place);
    let left = Math.min(place, this.#blocks[index].end) - this.#blocks[index].start;
    const element = this.#elements[index];
    for (const child of element.childNodes) {
      const node = child instanceof Text ? child : child.firstChild;
      const length = node?.textContent?.length ?? 0;
      if (node && left < length) return [node, left];
      left -= length;
    }
    return [element, element.childNodes.length];
  }

  /**
   * @param {Node} node
   * @param {number} offset
   */
  #offsetOf(node, offset) {
    const element = (node instanceof Element ? node : node.parentElement)?.closest("p");
    const index = element ? this.#elements.indexOf(element) : -1;
    if (!element || index < 0) return undefined;
    let length = node instanceof Text && !node.parentElement?.closest("rt") ? offset : 0;
    for (const child of element.childNodes) {
      if (child.contains(node)) break;
      length += (child instanceof Text ? child : child.firstChild)?.textContent?.length ?? 0;
    }
    return this.#blocks[index].start + length;
  }

  /** @param {MouseEvent} event */
  #press(event) {
    if (this.selection) return;
    const place = placeOf(event);
    const offset = place && this.#offsetOf(place.node, place.offset);
    if (offset === undefined) return;
    this.follow(true);
    this.#events.onpress(offset);
  }

  /** @param {MouseEvent} event */
  #menu(event) {
    // What is selected has the menu of the browser, with which it is copied.
    const place = this.selection ? undefined : placeOf(event);
    const offset = place && this.#offsetOf(place.node, place.offset);
    if (offset === undefined) return;
    event.preventDefault();
    this.#events.onmenu(offset);
  }

  /**
   * In the next frame: to lay out a far place takes time, in which a voice that was just asked for can start.
   * @param {Span} sentence
   * @param {boolean} always Even if it is in view.
   */
  #revealSoon(sentence, always) {
    if (!this.#due) requestAnimationFrame(() => this.#revealDue());
    this.#due = { sentence, always: always || (this.#due?.always ?? false) };
  }

  #revealDue() {
    const due = this.#due;
    this.#due = undefined;
    if (due && this.#elements.length > 0) this.#reveal(due.sentence, due.always);
  }

  /** @param {Span} sentence @param {boolean} always */
  #reveal(sentence, always) {
    const index = blockAt(this.#blocks, sentence.start);
    const block = this.#elements[index];
    if (!block) return;
    const box = this.#box.getBoundingClientRect();
    if (!isNear(block.getBoundingClientRect(), box)) block.scrollIntoView({ block: "start", behavior: "instant" });
    const range = this.#range(sentence);
    const rect = range?.getBoundingClientRect();
    if (!rect || box.height === 0) return;
    const [top, bottom] = [(rect.top - box.top) / box.height, (rect.bottom - box.top) / box.height];
    if (!always && top >= COMFORT.top && bottom <= COMFORT.bottom) return;
    const by = rect.top - box.top - COMFORT.target * box.height;
    this.#box.scrollBy({ top: by, behavior: always || isStill() ? "instant" : "smooth" });
  }
}

/** The highlights of the page; without them in the browser, nothing is marked. */
class Marks {
  /** @param {"sentence" | "now"} name @param {Range} [range] */
  set(name, range) {
    const { highlights } = CSS;
    if (!highlights) return;
    if (range) highlights.set(name, new Highlight(range));
    else highlights.delete(name);
  }
}

/**
 * @param {string} text
 * @param {import("./annotate.js").Piece} piece
 */
function nodeOf(text, { start, end, pinyin }) {
  const part = text.slice(start, end);
  if (pinyin === undefined) return document.createTextNode(part);
  return h("ruby", {}, part, h("rt", { lang: "zh-Latn-pinyin" }, pinyin));
}

/**
 * @param {MouseEvent} event
 * @returns {{node: Node, offset: number} | undefined}
 */
function placeOf({ clientX, clientY }) {
  const position = document.caretPositionFromPoint?.(clientX, clientY);
  if (position) return { node: position.offsetNode, offset: position.offset };
  const range = document.caretRangeFromPoint?.(clientX, clientY);
  return range ? { node: range.startContainer, offset: range.startOffset } : undefined;
}

/** @param {DOMRect} rect @param {DOMRect} box */
function isNear(rect, box) {
  return rect.bottom > box.top - box.height && rect.top < box.bottom + box.height;
}

function isStill() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
