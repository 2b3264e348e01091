import { install } from "./install";

install(document.currentScript as HTMLScriptElement | null);
