// Keys. A single key works while nobody types; Alt with the same key works always. `?` shows the list (ShortcutList.vue).
import { onBeforeUnmount, onMounted, shallowReactive } from "vue";
import type { MessageKey } from "@/app/i18n";

export interface Shortcut {
  /** "m", "1", "?", "shift+escape", "ctrl+enter", "ctrl+k", or two keys one after the other: "g c". */
  keys: string;
  label: MessageKey;
  run: () => void;
  /** Not listed and not run while this says no. */
  when?: () => boolean;
  /** Has to be pressed twice within a second: for what cannot be taken back. */
  twice?: boolean;
}

const TWICE_MS = 1000;
const SEQUENCE_MS = 1000;

/** All keys in force. Later ones win: a page's over the house's, a dialog's over the page's. */
export const shortcuts = shallowReactive<Shortcut[]>([]);

/** Put shortcuts in force; returns what takes them away again. */
export function addShortcuts(added: readonly Shortcut[]): () => void {
  shortcuts.push(...added);
  return () => {
    for (const shortcut of added) {
      const index = shortcuts.indexOf(shortcut);
      if (index >= 0) shortcuts.splice(index, 1);
    }
  };
}

/** Shortcuts for as long as the component is on screen. */
export function useShortcuts(added: readonly Shortcut[]): void {
  let remove = () => {};
  onMounted(() => (remove = addShortcuts(added)));
  onBeforeUnmount(() => remove());
}

/** The shortcuts that would run now, each key once. */
export function activeShortcuts(): Shortcut[] {
  const byKeys = new Map<string, Shortcut>();
  for (const shortcut of shortcuts) {
    if (shortcut.when?.() ?? true) byKeys.set(shortcut.keys, shortcut);
  }
  return [...byKeys.values()];
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** Return the name of a key press as in `Shortcut.keys`, and whether Alt was held with it. */
export function readKey(event: KeyboardEvent): { name: string; alt: boolean } {
  // Alt with a letter types another sign on some keyboards; the place of the key is meant.
  const place = /^(?:Key([A-Z])|Digit(\d))$/.exec(event.code);
  const key = (event.altKey && place ? (place[1] ?? place[2] ?? event.key) : event.key).toLowerCase();
  const ctrl = event.ctrlKey || event.metaKey;
  const shift = event.shiftKey && key.length > 1; // "?" already says shift
  return { name: `${ctrl ? "ctrl+" : ""}${shift ? "shift+" : ""}${key}`, alt: event.altKey };
}

/** Turns key presses into shortcuts; holds the first key of "g c" and of a key to press twice. */
export class KeyReader {
  private first = "";
  private firstAt = 0;

  /** Return the shortcut this press completes, if any. */
  read(event: KeyboardEvent, now = performance.now()): Shortcut | undefined {
    const { name, alt } = readKey(event);
    if (["alt", "shift", "control", "meta"].includes(name.split("+").at(-1) ?? "")) return undefined;
    const modified = name.startsWith("ctrl+") || name.startsWith("shift+");
    if (!alt && !modified && isTyping(event.target)) return undefined;
    const before = now - this.firstAt <= SEQUENCE_MS ? this.first : "";
    const active = activeShortcuts();
    const pair = active.find((shortcut) => shortcut.keys === `${before} ${name}`);
    const single = active.find((shortcut) => shortcut.keys === name);
    if (pair || (single && !single.twice)) {
      this.first = "";
      return pair ?? single;
    }
    const again = single?.twice && before === name && now - this.firstAt <= TWICE_MS;
    this.first = again ? "" : name;
    this.firstAt = now;
    return again ? single : undefined;
  }
}

/** Listen to the whole page. */
export function startShortcuts(): () => void {
  const reader = new KeyReader();
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing || event.defaultPrevented) return; // Chinese input in progress
    const found = reader.read(event);
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  window.addEventListener("keydown", onKey);
  return () => window.removeEventListener("keydown", onKey);
}
