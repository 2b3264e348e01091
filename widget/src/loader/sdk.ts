export { install } from "./install";
