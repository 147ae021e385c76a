// What a page shows: read once, read again, or read every few seconds while somebody looks.
import { onBeforeUnmount, onMounted, ref, shallowRef, type Ref, type ShallowRef } from "vue";

export interface Loaded<T> {
  value: ShallowRef<T>;
  error: ShallowRef<unknown>;
  /** Nothing has come yet. */
  waiting: Ref<boolean>;
  load: () => Promise<void>;
}

export function useLoaded<T>(first: T, ask: () => Promise<T>, at: { once?: boolean } = {}): Loaded<T> {
  const value = shallowRef(first) as ShallowRef<T>;
  const error = shallowRef<unknown>(null);
  const waiting = ref(true);
  let turn = 0;

  async function load(): Promise<void> {
    const mine = ++turn;
    try {
      const found = await ask();
      if (mine !== turn) return; // asked again meanwhile
      value.value = found;
      error.value = null;
    } catch (problem) {
      if (mine === turn) error.value = problem;
    }
    waiting.value = false;
  }
  if (at.once !== false) onMounted(load);
  return { value, error, waiting, load };
}

/** Do something now and then while the page is seen; never two at once. */
export function useEvery(everyMs: number, act: () => Promise<unknown>, when: () => boolean = () => true): void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let busy = false;
  onMounted(() => {
    timer = setInterval(() => {
      if (busy || document.hidden || !when()) return;
      busy = true;
      void act()
        .catch(() => undefined) // the next time tells
        .finally(() => (busy = false));
    }, everyMs);
  });
  onBeforeUnmount(() => clearInterval(timer));
}
