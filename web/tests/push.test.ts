import { beforeEach, describe, expect, it, vi } from "vitest";
import { Push, type LinkState, type LiveMessage, type PushSocket } from "@/api/push";

class FakeSocket implements PushSocket {
  sent: Record<string, unknown>[] = [];
  closed = false;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close(): void {
    this.closed = true;
  }
  open(): void {
    this.onopen?.({} as never);
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) } as never);
  }
  drop(code = 1006): void {
    this.onclose?.({ code } as never);
  }
}

let sockets: FakeSocket[] = [];
let states: LinkState[] = [];
let heard: LiveMessage[] = [];
let refused = 0;
let push: Push;
const last = () => sockets.at(-1)!;
const snapshot = (seq: number, epoch = "e1") => ({ type: "snapshot", epoch, seq, at: "", view: "wall", state: {} });
const changes = (seq: number, epoch = "e1") => ({ type: "changes", epoch, seq, at: "", events: [] });

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  states = [];
  heard = [];
  refused = 0;
  push = new Push({
    open: () => (sockets.push(new FakeSocket()), last()),
    onMessage: (message) => heard.push(message),
    onState: (state) => states.push(state),
    onRefused: () => (refused += 1),
  });
});

function begin(): void {
  push.follow("wall");
  last().open();
  last().say(snapshot(4));
}

it("says what it wants to see, and is open when the picture comes", () => {
  begin();
  expect(last().sent).toEqual([{ type: "hello", view: "wall", epoch: "", after: 0 }]);
  expect(states).toEqual(["connecting", "open"]);
  last().say(changes(5));
  expect(heard.map((message) => message.type)).toEqual(["snapshot", "changes"]);
});

describe("after a loss", () => {
  it("goes on where it was", () => {
    begin();
    last().say(changes(5));
    last().drop();
    expect(states.at(-1)).toBe("lost");
    vi.advanceTimersByTime(400);
    expect(sockets).toHaveLength(2);
    last().open();
    expect(last().sent[0]).toMatchObject({ epoch: "e1", after: 5 });
    last().say({ type: "resumed", epoch: "e1", seq: 7, at: "" });
    last().say(changes(6));
    last().say(changes(7));
    expect(heard.filter((message) => message.type === "changes").map((message) => message.seq)).toEqual([5, 6, 7]);
    expect(states.at(-1)).toBe("open");
  });

  it("waits longer from try to try, never longer than 10 s, until told to try now", () => {
    begin();
    for (let turn = 0; turn < 12; turn++) {
      last().drop();
      let waited = 0;
      for (; sockets.length < turn + 2; waited += 100) vi.advanceTimersByTime(100);
      expect(waited).toBeLessThanOrEqual(10_000);
    }
    last().drop();
    const count = sockets.length;
    vi.advanceTimersByTime(3000);
    expect(sockets).toHaveLength(count);
    push.connectNow();
    expect(sockets).toHaveLength(count + 1);
  });
});

it("asks for a whole picture when a message is missing", () => {
  begin();
  last().say(changes(6));
  expect(sockets[0]?.closed).toBe(true);
  last().open();
  expect(last().sent[0]).toMatchObject({ epoch: "", after: 0 });
  expect(heard).toHaveLength(1);
});

it("takes a new picture from a server that was started again", () => {
  begin();
  last().say(snapshot(1, "e2"));
  last().say(changes(2, "e2"));
  expect(sockets).toHaveLength(1);
  expect(heard).toHaveLength(3);
});

it("leaves a connection that never says anything", () => {
  push.follow("wall");
  last().open();
  vi.advanceTimersByTime(12_000);
  expect(sockets.length).toBeGreaterThan(1);
  expect(sockets[0]?.closed).toBe(true);
});

it("after a silence asks whether anybody is there, and stays when there is", () => {
  begin();
  vi.advanceTimersByTime(25_000);
  expect(last().sent[1]).toEqual({ type: "hello", view: "wall", epoch: "e1", after: 4 });
  last().say({ type: "resumed", epoch: "e1", seq: 4, at: "" });
  vi.advanceTimersByTime(20_000);
  expect(sockets).toHaveLength(1);
});

it("leaves a connection that died without a word", () => {
  begin();
  vi.advanceTimersByTime(34_000);
  expect(sockets[0]?.closed).toBe(true);
  expect(sockets).toHaveLength(2);
});

it("takes no harm from a message that crosses with its hello and so comes twice", () => {
  begin();
  last().say(changes(5));
  last().say(changes(5));
  last().say(changes(6));
  expect(sockets).toHaveLength(1);
  expect(heard.map((message) => message.seq)).toEqual([4, 5, 6]);
});

it("a view that is not for us is left without logging out", () => {
  begin();
  last().drop(4403);
  vi.advanceTimersByTime(60_000);
  expect([refused, sockets.length, states.at(-1)]).toEqual([0, 1, "off"]);
});

it("does not come back when the log-in is over, or when stopped", () => {
  begin();
  last().drop(4401);
  vi.advanceTimersByTime(60_000);
  expect([refused, sockets.length, states.at(-1)]).toEqual([1, 1, "off"]);
  push.follow("desk");
  push.stop();
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(2);
});

it("connects anew for another view, and not for the same one", () => {
  begin();
  push.follow("wall");
  expect(sockets).toHaveLength(1);
  push.follow("desk");
  last().open();
  expect(last().sent[0]).toMatchObject({ view: "desk", epoch: "", after: 0 });
});
