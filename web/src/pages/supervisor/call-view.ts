// One call under way, followed over a connection of its own: what is said in it.
import { onScopeDispose, shallowRef, type ShallowRef } from "vue";
import { Push, type LinkState } from "@/api/push";
import { applyAll, type LiveLine, type LiveState } from "@/stores/live-apply";

/** Lines as they were said. */
export function linesInOrder(lines: LiveState["lines"]): LiveLine[] {
  return Object.values(lines).sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
}

/** Whether nothing more is said in a call that is followed: somebody hung up. */
export function hasEnded(state: LiveState | null, callId: string): boolean {
  const call = state?.calls[callId];
  return state !== null && (!call || call.state === "wrap_up" || call.state === "ended");
}

/** Follow a call until the component that asked is gone. `link` "off": it is over, or not for this reader. */
export function useCallView(callId: string): { state: ShallowRef<LiveState | null>; link: ShallowRef<LinkState> } {
  const state = shallowRef<LiveState | null>(null);
  const link = shallowRef<LinkState>("connecting");
  const push = new Push({
    open: () => new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/push`),
    onMessage: (message) => {
      if (message.type === "snapshot") state.value = message.state;
      if (message.type === "changes" && state.value) state.value = applyAll(state.value, message.events);
    },
    onState: (next) => (link.value = next),
    onRefused: () => undefined, // the page's own connection hears of it as well
  });
  push.follow("call", callId);
  onScopeDispose(() => push.stop());
  return { state, link };
}
