// In which orders customers can be listed.
export const SORTS = ["name", "-name", "newest", "oldest"] as const;
export type Sort = (typeof SORTS)[number];
