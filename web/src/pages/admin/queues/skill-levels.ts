// Skills with levels as people write them: "loans 5, english"; without a level it is 1.

const SKILL = /^(.*?)(?:[\s=:]+(\d+))?$/;

/** Return the levels of skills that are written apart by commas or lines. */
export function levelsOf(words: readonly string[]): Record<string, number> {
  const pairs = words.map((word): [string, number] => {
    const [, skill = "", level = "1"] = SKILL.exec(word.trim()) ?? [];
    return [skill.trim(), Number(level)];
  });
  return Object.fromEntries(pairs.filter(([skill]) => skill));
}

/** Write levels, one for each word, by name. */
export function wordsOf(levels: Readonly<Record<string, number>>): string[] {
  return Object.keys(levels)
    .sort()
    .map((skill) => `${skill} ${levels[skill] ?? 1}`);
}
