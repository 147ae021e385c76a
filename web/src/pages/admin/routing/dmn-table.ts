// The decision table of dmn-js (bpmn.io; its mark stays visible over the table). Loaded when the page is opened.
import DecisionTableEditor from "dmn-js-decision-table/lib/Editor";
import EditingManager, { type DmnElement, type ViewProvider } from "dmn-js-shared/lib/base/EditingManager";
import { is } from "dmn-js-shared/lib/util/ModelUtil";
import "dmn-js/dist/assets/dmn-js-shared.css";
import "dmn-js/dist/assets/dmn-js-decision-table.css";
import "dmn-js/dist/assets/dmn-js-decision-table-controls.css";
import "dmn-js/dist/assets/dmn-font/css/dmn.css";

export interface Table {
  /** Show a document; what was shown before is gone. */
  load: (xml: string) => Promise<void>;
  /** Return what is shown. */
  xml: () => Promise<string>;
  /** Return the id of the cell a problem's path means: `$.rules[2].conditions.level`; null: a whole row, or none. */
  cell: (path: string) => string | null;
  destroy: () => void;
}

class TableEditor extends EditingManager {
  protected override _getViewProviders(): ViewProvider[] {
    const opens = (element: DmnElement) =>
      is(element, "dmn:Decision") && is(element.decisionLogic, "dmn:DecisionTable");
    return [{ id: "decisionTable", constructor: DecisionTableEditor, opens }];
  }
}

const PATH = /^\$\.rules\[(\d+)\](?:\.(\w+))?(?:\.(\w+))?$/;

/** Open an editor in a place. `words` puts what dmn-js says into the reader's language. */
export function openTable(place: HTMLElement, words: (text: string) => string, changed: () => void): Table {
  const translate = (text: string, values: Record<string, string> = {}) =>
    words(text).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const editor = new TableEditor({
    container: place,
    decisionTable: { additionalModules: [{ translate: ["value", translate] }] },
  });
  editor.on("viewer.created", ({ viewer }) => viewer.on("elements.changed", changed));

  function cell(path: string): string | null {
    const [, row, part, field] = PATH.exec(path) ?? [];
    const table = editor.getDefinitions().drgElement?.find((one) => one.decisionLogic?.rule)?.decisionLogic;
    const rule = table?.rule?.[Number(row)];
    if (!row || !table || !rule) return null;
    if (part === "conditions") {
      const column = table.input?.findIndex((one) => one.inputExpression?.text === field) ?? -1;
      return rule.inputEntry[column]?.id ?? null;
    }
    const column = table.output?.findIndex((one) => one.name === part) ?? -1;
    return rule.outputEntry[column]?.id ?? null;
  }
  return {
    load: async (xml) => void (await editor.importXML(xml)),
    xml: async () => (await editor.saveXML({ format: true })).xml,
    cell,
    destroy: () => editor.destroy(),
  };
}
