// What dmn-js says, in our words; the rest stays English.
import { t, type MessageKey } from "@/app/i18n";

const WORDS: Record<string, MessageKey> = {
  "Hit policy:": "routing.dmn_hit_policy",
  First: "routing.dmn_first",
  When: "routing.dmn_when",
  And: "routing.dmn_and",
  Then: "routing.dmn_then",
  Annotations: "routing.dmn_annotations",
  Input: "routing.dmn_input",
  Output: "routing.dmn_output",
  Rule: "routing.dmn_rule",
  "Add input": "routing.dmn_add_input",
  "Add output": "routing.dmn_add_output",
  "Add rule": "routing.dmn_add_rule",
  "Add rule above": "routing.dmn_add_above",
  "Add rule below": "routing.dmn_add_below",
  "Remove rule": "routing.dmn_remove_rule",
  "Copy rule": "routing.dmn_copy_rule",
  "Cut rule": "routing.dmn_cut_rule",
  "Paste rule above": "routing.dmn_paste_above",
  "Paste rule below": "routing.dmn_paste_below",
  "Add input column left": "routing.dmn_input_left",
  "Add input column right": "routing.dmn_input_right",
  "Remove input column": "routing.dmn_remove_input",
  Expression: "routing.dmn_expression",
  "Input label": "routing.dmn_input_label",
  "Input type": "routing.dmn_input_type",
};

export function dmnWords(text: string): string {
  const key = WORDS[text];
  return key ? t(key) : text;
}
