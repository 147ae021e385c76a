// The only place that calls the server over HTTP. Paths, bodies and answers are typed by the generated schema.
import { ApiError, readProblem } from "@/api/errors";
import type { paths } from "@/api/schema";
import { noteServerTime } from "@/app/clock";
import { locale } from "@/app/i18n";

const TIMEOUT_MS = 15_000;
const RETRY_AFTER_MS = 400;
/** Here "not logged in" means a wrong password or link, not that the log-in has ended. */
const SPEAKS_OF_PASSWORDS = /\/(session|setup|session\/password)$/;

type Method = "get" | "post" | "put" | "patch" | "delete";
type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Content<T> = T extends { content: { "application/json": infer B } } ? B : undefined;
type Success<R> = { [S in keyof R]: S extends 200 | 201 | 202 | 204 ? Content<R[S]> : never }[keyof R];
type Answer<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R } ? Success<R> : never;
type Part<O, K extends string> = O extends { parameters: infer A } ? (K extends keyof A ? A[K] : never) : never;
type BodyOf<O> = O extends { requestBody?: infer B } ? Content<NonNullable<B>> : undefined;
type Given<K extends string, T> = [T] extends [never] ? object : [T] extends [undefined] ? object : { [key in K]: T };
type GivenQuery<T> = [T] extends [never] ? object : { query?: NonNullable<T> };

interface Extra {
  /** The version that was looked at; the server refuses the change when there is a newer one. */
  ifMatch?: number;
  /** A key that makes repeating a creating call harmless; see `newKey`. Such a call is repeated once by itself. */
  key?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}
export type Options<P extends keyof paths, M extends Method> = Extra &
  Given<"path", Part<Operation<P, M>, "path">> &
  GivenQuery<Part<Operation<P, M>, "query">> &
  Given<"body", BodyOf<Operation<P, M>>>;
/** Nothing to give: the options may be left out. */
type Arguments<P extends keyof paths, M extends Method> =
  object extends Options<P, M> ? [options?: Options<P, M>] : [options: Options<P, M>];

let csrf = "";
let onLoggedOut: () => void = () => {};

/** Remember the token of this session; every changing request carries it. */
export function setCsrf(token: string): void {
  csrf = token;
}

/** What to do when the server no longer knows us. */
export function whenLoggedOut(action: () => void): void {
  onLoggedOut = action;
}

/** Return a key for one creating call, to be kept while the user may press the button again. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function caller<M extends Method>(method: M) {
  return <P extends PathOf<M>>(path: P, ...given: Arguments<P, M>): Promise<Answer<P, M>> =>
    request(method, path, (given[0] ?? {}) as Loose) as Promise<Answer<P, M>>;
}

export const api = {
  get: caller("get"),
  post: caller("post"),
  put: caller("put"),
  patch: caller("patch"),
  delete: caller("delete"),
};

export interface Loose extends Extra {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Call a path. `api` is the same with types; this is for paths that are not JSON (uploads, files). */
export async function request(method: Method, path: string, options: Loose = {}): Promise<unknown> {
  const again = method === "get" || options.key !== undefined;
  try {
    return await once(method, path, options);
  } catch (error) {
    const lost = error instanceof ApiError && error.status === 0 && !options.signal?.aborted;
    if (!again || !lost) throw error;
    await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
    return once(method, path, options);
  }
}

async function once(method: Method, path: string, options: Loose): Promise<unknown> {
  const response = await send(address(path, options), {
    method: method.toUpperCase(),
    credentials: "same-origin",
    headers: headersOf(method, options),
    body: bodyOf(options.body),
    signal: limit(options),
  });
  noteServerTime(response.headers.get("date"));
  if (!response.ok) {
    const error = await readProblem(response);
    if (error.status === 401 && !SPEAKS_OF_PASSWORDS.test(path)) onLoggedOut();
    throw error;
  }
  if (response.status === 204) return undefined;
  const isJson = response.headers.get("content-type")?.includes("json");
  return isJson ? response.json() : response.blob();
}

/** Return the address of a path, its parameters filled in; also for links and <audio>. */
export function address(path: string, options: Pick<Loose, "path" | "query"> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(options.path?.[name])));
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null && one !== "") query.append(name, String(one));
    }
  }
  const text = query.toString();
  return text ? `${filled}?${text}` : filled;
}

function headersOf(method: Method, options: Loose): Record<string, string> {
  const headers: Record<string, string> = { Accept: "application/json", "Accept-Language": locale.value };
  if (method !== "get") headers["X-CSRF"] = csrf;
  if (options.body !== undefined && !isRaw(options.body)) headers["Content-Type"] = "application/json";
  if (options.ifMatch !== undefined) headers["If-Match"] = `"v${options.ifMatch}"`;
  if (options.key !== undefined) headers["Idempotency-Key"] = options.key;
  return headers;
}

function isRaw(body: unknown): body is FormData | Blob {
  return body instanceof FormData || body instanceof Blob;
}

function bodyOf(body: unknown): BodyInit | undefined {
  if (body === undefined) return undefined;
  return isRaw(body) ? body : JSON.stringify(body);
}

function limit(options: Loose): AbortSignal {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  return options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
    throw new ApiError({ title: "", status: 0, code: isTimeout ? "timeout" : "offline" });
  }
}
