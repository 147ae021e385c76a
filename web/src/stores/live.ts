// The live picture on screen, kept current by the push connection. Pages read it; only the server changes it.
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import { Push, type LinkState, type LiveMessage, type LiveView } from "@/api/push";
import { setServerTime } from "@/app/clock";
import { applyAll, type LiveState } from "@/stores/live-apply";
import { useSession } from "@/stores/session";

/** A blink of the connection alarms nobody. */
const LOST_AFTER_MS = 1500;

export const useLive = defineStore("live", () => {
  const state = shallowRef<LiveState | null>(null);
  const view = ref<LiveView | null>(null);
  const link = ref<LinkState>("off");
  /** Lost for long enough to say so. */
  const lost = ref(false);
  let alarm: ReturnType<typeof setTimeout> | undefined;

  const push = new Push({
    open: () => new WebSocket(`${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/push`),
    onMessage,
    onState,
    onRefused: () => useSession().forget(true),
  });

  function onMessage(message: LiveMessage): void {
    setServerTime(message.at);
    if (message.type === "snapshot") state.value = message.state;
    if (message.type === "changes" && state.value) state.value = applyAll(state.value, message.events);
  }

  function onState(next: LinkState): void {
    link.value = next;
    if (next !== "lost") {
      clearTimeout(alarm);
      alarm = undefined;
      lost.value = false;
    } else {
      alarm ??= setTimeout(() => {
        lost.value = true;
        void useSession().check();
      }, LOST_AFTER_MS);
    }
  }

  /** Show a view; the picture is null until it comes. */
  function follow(next: LiveView): void {
    if (view.value !== next) state.value = null;
    view.value = next;
    push.follow(next);
  }

  function stop(): void {
    push.stop();
    view.value = null;
    state.value = null;
  }

  return {
    state,
    view,
    link,
    lost,
    follow,
    stop,
    connectNow: () => push.connectNow(),
    desk: computed(() => state.value?.desk ?? null),
  };
});
