// A file of its own, so that the build makes a piece of its own of it.
export { dateZhCN, zhCN } from "naive-ui";
