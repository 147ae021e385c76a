// Changing something that others may change meanwhile: what is sent, what clashes, and who decides it.
import { ref, shallowRef, type Ref } from "vue";
import { ApiError } from "@/api/errors";

export interface Clash<F> {
  field: keyof F & string;
  mine: unknown;
  theirs: unknown;
}

/** Whether two values say the same, whatever the order of their keys. */
export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, sorted(inner)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Return what of a form is no longer as it was. */
export function changesOf<F extends object>(before: F, form: F): Partial<F> {
  const keys = Object.keys(form) as (keyof F)[];
  return Object.fromEntries(keys.filter((key) => !same(before[key], form[key])).map((key) => [key, form[key]])) as Partial<F>; // prettier-ignore
}

/** Return what I and somebody else have both changed, differently. */
export function clashesOf<F extends object>(before: F, mine: F, theirs: F): Clash<F>[] {
  const keys = Object.keys(mine) as (keyof F & string)[];
  return keys
    .filter((key) => !same(before[key], mine[key]) && !same(before[key], theirs[key]) && !same(mine[key], theirs[key]))
    .map((field) => ({ field, mine: mine[field], theirs: theirs[field] }));
}

/** Return my form with everything that only somebody else has changed. */
export function merged<F extends object>(before: F, mine: F, theirs: F): F {
  return { ...theirs, ...changesOf(before, mine) };
}

export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

export interface Versioned<F> {
  form: F;
  version: number;
}
interface Ways<F> {
  /** Read how it is now, once somebody else was first. */
  read: () => Promise<Versioned<F>>;
  /** Send what changes, from the version that was looked at. */
  send: (changes: Partial<F>, version: number) => Promise<Versioned<F>>;
}

/** A form over one thing. `save()` says whether all of it is kept now; what clashes waits in `clashes`. */
export function useEditing<F extends object>(first: F, ways: Ways<F>) {
  const form = ref(copyOf(first)) as Ref<F>;
  const before = shallowRef<F>(copyOf(first));
  const version = ref(0);
  const error = shallowRef<unknown>(null);
  const clashes = shallowRef<Clash<F>[]>([]);
  const busy = ref(false);

  function begin(now: Versioned<F>): void {
    form.value = copyOf(now.form);
    before.value = copyOf(now.form);
    version.value = now.version;
    clashes.value = [];
    error.value = null;
  }

  async function save(): Promise<boolean> {
    const changes = changesOf(before.value, form.value);
    if (busy.value) return false;
    if (!Object.keys(changes).length) return true;
    busy.value = true;
    error.value = null;
    clashes.value = [];
    try {
      return await sendOrMerge(changes);
    } catch (problem) {
      error.value = problem;
      return false;
    } finally {
      busy.value = false;
    }
  }

  async function sendOrMerge(changes: Partial<F>): Promise<boolean> {
    try {
      begin(await ways.send(copyOf(changes), version.value));
      return true;
    } catch (problem) {
      if (!(problem instanceof ApiError) || !problem.stale) throw problem;
    }
    const now = await ways.read();
    const found = clashesOf(before.value, form.value, now.form);
    const mine = merged(before.value, form.value, now.form);
    form.value = copyOf(mine);
    before.value = copyOf(now.form);
    version.value = now.version;
    clashes.value = found;
    if (found.length) return false;
    const left = changesOf(before.value, mine);
    if (Object.keys(left).length) begin(await ways.send(copyOf(left), now.version)); // nothing of theirs is touched
    return true;
  }

  /** Decide one clash; with the last one decided the form can be saved. */
  function decide(clash: Clash<F>, keep: "mine" | "theirs"): void {
    form.value[clash.field] = copyOf((keep === "mine" ? clash.mine : clash.theirs) as F[keyof F & string]);
    clashes.value = clashes.value.filter((other) => other.field !== clash.field);
  }

  const changed = (): boolean => Object.keys(changesOf(before.value, form.value)).length > 0;
  return { form, before, version, error, clashes, busy, begin, save, decide, changed };
}
