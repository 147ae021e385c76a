// How a template is coloured: Asterisk's extensions.conf, with Jinja2 laid over it wherever it stands.
import { HighlightStyle, StreamLanguage, syntaxHighlighting, type StringStream } from "@codemirror/language";
import { tags } from "@lezer/highlight";

export interface Reading {
  /** The tag of Jinja2 that is open: what closes it; "" in dialplan. */
  jinja: string;
  /** What of a line comes next. */
  part: "start" | "extension" | "priority" | "application" | "arguments";
}

const JINJA: Record<string, string> = { "{{": "}}", "{%": "%}", "{#": "#}" };
const JINJA_WORDS = new Set("for in if elif else endif endfor set endset macro endmacro and or not is".split(" "));

function inJinja(stream: StringStream, state: Reading): string | null {
  if (stream.match(new RegExp(`^[-+]?${state.jinja.replace(/[{}%#]/g, "\\$&")}`))) {
    state.jinja = "";
    return "meta";
  }
  if (state.jinja === "#}") {
    while (!stream.eol() && !stream.match("#}", false)) stream.next();
    return "comment";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^"[^"]*"|^'[^']*'/)) return "string";
  if (stream.match(/^\d+/)) return "number";
  const word = stream.match(/^[A-Za-z_]\w*/);
  if (word) return JINJA_WORDS.has((word as RegExpMatchArray)[0]) ? "controlKeyword" : "variableName.special";
  stream.next();
  return "meta";
}

/** Arguments and all that may stand anywhere in a line. */
function inLine(stream: StringStream, state: Reading): string | null {
  if (stream.match(/^\$\{[A-Za-z_]\w*\(/)) return "propertyName";
  if (stream.match(/^\$\{|^\$\[/)) return "bracket";
  if (stream.match(/^"(?:[^"\\{$]|\\.)*"/)) return "string";
  if (stream.match(/^[)}\]]/)) return "bracket";
  if (stream.match(/^\d+\b/)) return "number";
  if (state.part === "arguments" && stream.match(/^[A-Z][A-Z_0-9]*\b/)) return "variableName";
  stream.next();
  return null;
}

function inDialplan(stream: StringStream, state: Reading): string | null {
  if (stream.sol()) state.part = "start";
  if (stream.match(/^\\;/)) return null;
  if (stream.match(/^;.*/)) return "comment";
  if (stream.eatSpace()) return null;
  if (state.part === "start") {
    if (stream.match(/^\[[^\]]*\]/)) return "heading";
    if (stream.match(/^(exten|same|include|ignorepat|switch)\b/)) return "keyword";
    if (stream.match(/^=>?/)) {
      state.part = stream.string.trimStart().startsWith("same") ? "priority" : "extension";
      return "operator";
    }
  }
  if (state.part === "extension") {
    if (stream.eat(",")) state.part = "priority";
    else if (stream.match(/^[^,;{]+/)) return "typeName";
    else stream.next();
    return null;
  }
  if (state.part === "priority") {
    if (stream.eat(",")) state.part = "application";
    else if (stream.match(/^\([^)]*\)/)) return "labelName";
    else if (stream.match(/^[\w+]+/)) return "number";
    else stream.next();
    return null;
  }
  if (state.part === "application") {
    state.part = "arguments";
    if (stream.match(/^[A-Za-z]\w*/)) return "function";
  }
  return inLine(stream, state);
}

/** The tokens of a line, as names of tags. */
export const reader = {
  name: "dialplan",
  startState: (): Reading => ({ jinja: "", part: "start" }),
  copyState: (state: Reading): Reading => ({ ...state }),
  token(stream: StringStream, state: Reading): string | null {
    if (state.jinja) return inJinja(stream, state);
    const opened = stream.match(/^\{[{%#][-+]?/) as RegExpMatchArray | null;
    if (opened) {
      if (stream.start === 0) state.part = "start";
      state.jinja = JINJA[opened[0].slice(0, 2)] ?? "";
      return state.jinja === "#}" ? "comment" : "meta";
    }
    return inDialplan(stream, state);
  },
  languageData: { commentTokens: { line: ";" } },
  tokenTable: { function: tags.function(tags.variableName) },
};

const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.heading, color: "var(--accent)", fontWeight: "700" },
  { tag: [tags.keyword, tags.operator], color: "var(--soft)", fontWeight: "600" },
  { tag: tags.typeName, color: "var(--ready)" },
  { tag: tags.labelName, color: "var(--warn)" },
  { tag: tags.number, color: "var(--soft)" },
  { tag: tags.function(tags.variableName), color: "var(--text)", fontWeight: "600" },
  { tag: [tags.variableName, tags.propertyName, tags.bracket], color: "var(--ok)" },
  { tag: tags.string, color: "var(--ok)" },
  { tag: [tags.meta, tags.controlKeyword, tags.special(tags.variableName)], color: "var(--warn)" },
]);

export const templateLanguage = [StreamLanguage.define(reader), syntaxHighlighting(COLOURS)];
