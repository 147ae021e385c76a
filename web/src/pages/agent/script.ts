// The text an agent reads out: headings after #, paragraphs between empty lines, lists after -.

export interface ScriptPart {
  kind: "heading" | "paragraph" | "list";
  /** One for a heading or a paragraph; one for each entry of a list. */
  lines: string[];
}

/** Take a script apart. */
export function parseScript(text: string): ScriptPart[] {
  const parts: ScriptPart[] = [];
  let open: ScriptPart | null = null;
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    const heading = /^#+\s*(.+)$/.exec(line)?.[1];
    const entry = /^[-*•]\s+(.+)$/.exec(line)?.[1];
    if (heading) {
      parts.push({ kind: "heading", lines: [heading] });
      open = null;
    } else if (entry) {
      if (open?.kind !== "list") parts.push((open = { kind: "list", lines: [] }));
      open.lines.push(entry);
    } else if (!line) {
      open = null;
    } else if (open?.kind === "paragraph") {
      open.lines[0] += ` ${line}`;
    } else {
      parts.push((open = { kind: "paragraph", lines: [line] }));
    }
  }
  return parts;
}
