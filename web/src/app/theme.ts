// All colours of the console, as tokens: CSS variables (`var(--text)`) and Naive UI's own theme are made from them.
// tests/theme.test.ts proves the contrast of every pair in PAIRS.
import type { GlobalThemeOverrides } from "naive-ui";
import { computed, ref } from "vue";

export interface Tokens {
  ground: string; // behind everything
  surface: string; // cards, tables, the header
  raised: string; // hover, selected rows, inputs
  line: string; // borders that only decorate
  edge: string; // borders one must see: inputs, buttons
  text: string;
  soft: string; // labels, less important words
  accent: string; // buttons, links, focus
  accentHover: string;
  onAccent: string; // words on accent
  ok: string;
  warn: string;
  bad: string;
  onBad: string; // words on a bad ground: the red bar, the hang-up button
  talk: string; // states of agents
  ready: string;
  rest: string;
  off: string;
}

export type ThemeName = "light" | "dark";
export type ThemeWish = ThemeName | "system";

export const TOKENS: Record<ThemeName, Tokens> = {
  light: {
    ground: "#eef1f4",
    surface: "#ffffff",
    raised: "#f3f6f8",
    line: "#dbe1e7",
    edge: "#7b8794",
    text: "#17202a",
    soft: "#51606f",
    accent: "#0b6e63",
    accentHover: "#095a51",
    onAccent: "#ffffff",
    ok: "#1b6e2d",
    warn: "#8a5300",
    bad: "#b3261e",
    onBad: "#ffffff",
    talk: "#1b6e2d",
    ready: "#1a5fb4",
    rest: "#8a5300",
    off: "#66727e",
  },
  dark: {
    ground: "#0f1418",
    surface: "#182027",
    raised: "#222c35",
    line: "#2e3a45",
    edge: "#788896",
    text: "#e7edf2",
    soft: "#a9b6c2",
    accent: "#5cc9b8",
    accentHover: "#83dccd",
    onAccent: "#06201c",
    ok: "#74d089",
    warn: "#f0b35a",
    bad: "#ff8a80",
    onBad: "#2b0503",
    talk: "#74d089",
    ready: "#8ab8f5",
    rest: "#f0b35a",
    off: "#93a1ae",
  },
};

/** [front, ground, least contrast]: WCAG AA asks 4.5 of text, 3 of signs and borders. */
export const PAIRS: readonly [keyof Tokens, keyof Tokens, number][] = [
  ...(["text", "soft", "accent", "ok", "warn", "bad"] as const).flatMap((front) =>
    (["ground", "surface", "raised"] as const).map(
      (ground) => [front, ground, 4.5] as [keyof Tokens, keyof Tokens, number],
    ),
  ),
  ["onAccent", "accent", 4.5],
  ["onAccent", "accentHover", 4.5],
  ["onBad", "bad", 4.5],
  ...(["talk", "ready", "rest", "off", "edge"] as const).map(
    (front) => [front, "surface", 3] as [keyof Tokens, keyof Tokens, number],
  ),
];

const KEPT = "waihu.theme";
export const themeWish = ref<ThemeWish>("system");
const systemIsDark = ref(false);

export const themeName = computed<ThemeName>(() =>
  themeWish.value === "system" ? (systemIsDark.value ? "dark" : "light") : themeWish.value,
);

/** Follow the system and what was chosen earlier on this machine. */
export function startTheme(): void {
  const query = window.matchMedia("(prefers-color-scheme: dark)");
  systemIsDark.value = query.matches;
  query.addEventListener("change", (event) => {
    systemIsDark.value = event.matches;
    paint();
  });
  const kept = localStorage.getItem(KEPT);
  if (kept === "light" || kept === "dark") themeWish.value = kept;
  paint();
}

export function setTheme(wish: ThemeWish): void {
  themeWish.value = wish;
  localStorage.setItem(KEPT, wish);
  paint();
}

function paint(): void {
  const root = document.documentElement;
  root.dataset.theme = themeName.value;
  root.style.colorScheme = themeName.value;
  for (const [name, colour] of Object.entries(TOKENS[themeName.value])) {
    root.style.setProperty(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, colour);
  }
}

/** The same tokens in Naive UI's words; dense. */
export function naiveOverrides(c: Tokens): GlobalThemeOverrides {
  return {
    common: {
      primaryColor: c.accent,
      primaryColorHover: c.accentHover,
      primaryColorPressed: c.accentHover,
      primaryColorSuppl: c.accent,
      successColor: c.ok,
      warningColor: c.warn,
      errorColor: c.bad,
      errorColorHover: c.bad,
      baseColor: c.onAccent,
      bodyColor: c.ground,
      cardColor: c.surface,
      modalColor: c.surface,
      popoverColor: c.surface,
      tableColor: c.surface,
      tableHeaderColor: c.raised,
      tableColorHover: c.raised,
      inputColor: c.surface,
      borderColor: c.edge,
      dividerColor: c.line,
      textColorBase: c.text,
      textColor1: c.text,
      textColor2: c.text,
      textColor3: c.soft,
      placeholderColor: c.soft,
      fontSize: "13px",
      fontSizeMedium: "13px",
      heightMedium: "30px",
      borderRadius: "5px",
    },
    DataTable: { thPaddingSmall: "6px 8px", tdPaddingSmall: "5px 8px", thTextColor: c.text },
    Tag: { textColor: c.text },
  };
}
