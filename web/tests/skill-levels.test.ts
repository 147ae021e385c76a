// Skills with levels, as people write them.
import { describe, expect, it } from "vitest";
import { levelsOf, wordsOf } from "@/pages/admin/queues/skill-levels";

describe("skills with levels", () => {
  it("are read however they are written", () => {
    expect(levelsOf(["loans 5", "english", "贷款=7", "first aid 2", " "])).toEqual({
      loans: 5,
      english: 1,
      贷款: 7,
      "first aid": 2,
    });
  });

  it("come out as they go in", () => {
    const levels = { loans: 5, english: 1, "first aid": 10 };
    expect(levelsOf(wordsOf(levels))).toEqual(levels);
    expect(wordsOf(levels)).toEqual(["english 1", "first aid 10", "loans 5"]);
  });

  it("keep a level nobody can have, so that the server says so at the field", () => {
    expect(levelsOf(["loans 11"])).toEqual({ loans: 11 });
  });
});
