import { expect, it, vi } from "vitest";
import { addShortcuts, KeyReader, type Shortcut } from "@/app/shortcuts";

function press(key: string, more: Partial<KeyboardEventInit> = {}, target: EventTarget = document.body): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, ...more });
  Object.defineProperty(event, "target", { value: target });
  return event;
}

function shortcut(keys: string, more: Partial<Shortcut> = {}): Shortcut {
  return { keys, label: "keys.list", run: vi.fn(), ...more };
}

it("runs a single key while nobody types, and with Alt always", () => {
  const mute = shortcut("m");
  addShortcuts([mute]);
  const input = document.createElement("input");
  const reader = new KeyReader();
  expect(reader.read(press("m"))).toBe(mute);
  expect(reader.read(press("m", {}, input))).toBeUndefined();
  expect(reader.read(press("µ", { altKey: true, code: "KeyM" }, input))).toBe(mute);
});

it("knows keys with Ctrl and Shift while somebody types", () => {
  const save = shortcut("ctrl+enter");
  addShortcuts([save]);
  const field = document.createElement("textarea");
  expect(new KeyReader().read(press("Enter", { ctrlKey: true }, field))).toBe(save);
  expect(new KeyReader().read(press("Enter", { metaKey: true }, field))).toBe(save);
});

it("wants two presses within a second for what cannot be taken back", () => {
  const hangUp = shortcut("shift+escape", { twice: true });
  addShortcuts([hangUp]);
  const reader = new KeyReader();
  const event = press("Escape", { shiftKey: true });
  expect(reader.read(event, 0)).toBeUndefined();
  expect(reader.read(event, 1500)).toBeUndefined();
  expect(reader.read(event, 2000)).toBe(hangUp);
  expect(reader.read(event, 2100)).toBeUndefined();
});

it("reads two keys one after the other, unless too much time lies between them", () => {
  const go = shortcut("g c");
  addShortcuts([go]);
  const reader = new KeyReader();
  reader.read(press("g"), 0);
  expect(reader.read(press("c"), 500)).toBe(go);
  reader.read(press("g"), 5000);
  expect(reader.read(press("c"), 9000)).toBeUndefined();
});

it("lets the last one added win, and only those that apply now", () => {
  const house = shortcut("n");
  const page = shortcut("n");
  const asleep = shortcut("n", { when: () => false });
  addShortcuts([house]);
  const remove = addShortcuts([page, asleep]);
  expect(new KeyReader().read(press("n"))).toBe(page);
  remove();
  expect(new KeyReader().read(press("n"))).toBe(house);
});
