/** What not every visitor needs, a chunk of its own. */
import "../styles/views.css";

export { ArticlePage, Articles } from "./articles";
export { Attachments } from "./attachments";
export { Conversations } from "./conversations";
export { CsatCard } from "./csat";
export { FormPage, FormTaken, FormView } from "./form";
export { Tray } from "./tray";
export { uploadFile } from "./upload-request";
export { Uploads } from "./uploads";
export { VoiceBar } from "./voice";
