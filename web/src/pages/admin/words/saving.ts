// Saving from a dialog: once at a time; what is refused stays beside the fields, what is kept closes it.
import { ref, shallowRef } from "vue";

export function useSaving(send: () => Promise<boolean>, problem: () => unknown, done: () => void) {
  const error = shallowRef<unknown>(null);
  const busy = ref(false);

  async function save(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    try {
      if (await send()) done();
      else error.value = problem();
    } catch (refused) {
      error.value = refused;
    }
    busy.value = false;
  }
  return { error, busy, save };
}
