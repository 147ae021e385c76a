// What the server says when it says no (problem+json), as one typed error with words for people.
import { t, tOr } from "@/app/i18n";

export interface FieldProblem {
  path: string; // "$.phones[0].number", or the name of a query parameter
  problem: string;
}

export interface Problem {
  title: string;
  status: number;
  code: string;
  detail?: string;
  retryable?: boolean;
  errors?: FieldProblem[];
  difference?: Record<string, unknown>;
  version?: number;
}

/** A request that was refused, or got no answer (status 0: code "offline" or "timeout"). */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.status} ${problem.code}: ${problem.detail ?? problem.title}`);
    this.name = "ApiError";
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  get fields(): FieldProblem[] {
    return this.problem.errors ?? [];
  }

  /** Somebody else changed it first: `problem.difference` holds their values. */
  get stale(): boolean {
    return this.problem.code === "stale";
  }

  /** Words for the person at the screen: by code where we have them, else what the server says. */
  get text(): string {
    const detail = this.problem.detail || this.problem.title;
    return tOr(`error.${this.problem.code}`, detail || t("error.unexpected"), { detail });
  }
}

/** Read an answer that is not a success; one that is no problem+json (a proxy's page) still becomes an error. */
export async function readProblem(response: Response): Promise<ApiError> {
  const fallback: Problem = { title: response.statusText, status: response.status, code: `http_${response.status}` };
  try {
    const body: unknown = await response.json();
    const isProblem = typeof body === "object" && body !== null && "code" in body && "status" in body;
    return new ApiError(isProblem ? (body as Problem) : fallback);
  } catch {
    return new ApiError(fallback);
  }
}

/** What is wrong with one field of a form: "$.name" and everything below "$.phones". */
export function problemsAt(error: unknown, path: string): string[] {
  if (!(error instanceof ApiError)) return [];
  const isAt = (found: string) => found.startsWith(path) && !/^\w/.test(found.slice(path.length));
  return error.fields.filter((field) => isAt(field.path)).map((field) => field.problem);
}
