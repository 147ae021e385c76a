// What we use of dmn-js, which has no types of its own.
declare module "dmn-js-shared/lib/base/EditingManager" {
  export interface Viewer {
    get(service: string): unknown;
    on(event: string, listener: (event: { elements: unknown[] }) => void): void;
  }
  export interface ViewProvider {
    id: string;
    constructor: unknown;
    opens: (element: DmnElement) => boolean;
  }
  export interface DmnElement {
    id: string;
    decisionLogic?: DmnElement;
    drgElement?: DmnElement[];
    rule?: DmnRule[];
    input?: { inputExpression?: { text?: string } }[];
    output?: { name?: string }[];
  }
  export interface DmnRule {
    inputEntry: { id: string }[];
    outputEntry: { id: string }[];
    description?: string;
  }
  export default class EditingManager {
    constructor(options: { container: HTMLElement; [view: string]: unknown });
    importXML(xml: string): Promise<{ warnings: unknown[] }>;
    saveXML(options: { format: boolean }): Promise<{ xml: string }>;
    getDefinitions(): DmnElement;
    on(event: string, listener: (event: { viewer: Viewer }) => void): void;
    destroy(): void;
    protected _getViewProviders(): ViewProvider[];
  }
}
declare module "dmn-js-decision-table/lib/Editor" {
  const DecisionTableEditor: unknown;
  export default DecisionTableEditor;
}
declare module "dmn-js-shared/lib/util/ModelUtil" {
  export function is(element: unknown, type: string): boolean;
}
