// Which column is what: the server's proposal, what a person chose instead, and how that is sent.
export type Field = string | null;

/** Choose what a column is; a field other than the phone is only one column, and a phone chosen by hand too. */
export function choose(chosen: readonly Field[], column: number, field: Field): Field[] {
  return chosen.map((known, at) => {
    if (at === column) return field;
    return known === field && field !== null ? null : known;
  });
}

/**
 * Return the mapping that makes the server read the columns as chosen: only what differs from its proposal.
 *
 * A field that no column has any longer is sent as "".
 */
export function mappingOf(
  names: readonly string[],
  proposed: readonly Field[],
  chosen: readonly Field[],
): Record<string, string> {
  // prettier-ignore
  const mapping: Record<string, string> = {};
  const fields = new Set([...proposed, ...chosen].filter((field) => field !== null));
  for (const field of fields) {
    const before = places(proposed, field);
    const now = places(chosen, field);
    if (String(before) === String(now)) continue;
    mapping[field] = now[0] === undefined ? "" : plain(names[now[0]] ?? "");
  }
  return mapping;
}

function places(fields: readonly Field[], field: string): number[] {
  return fields.flatMap((one, at) => (one === field ? [at] : []));
}

/** Names as the server compares them. */
function plain(name: string): string {
  return name.normalize("NFKC").trim();
}
