import { showToast } from "~/ui/toast";

/** Open in a tab of its own what has to be asked for first; the page that is opened knows nothing of this one. */
export async function openLater(
  find: () => Promise<string>,
  words: (error: unknown) => string,
): Promise<void> {
  // Opened before the answer is there: later a browser takes it for an advertisement.
  const tab = window.open("about:blank", "_blank");
  try {
    const address = await find();
    if (tab) {
      tab.opener = null;
      tab.location.replace(address);
    }
  } catch (error) {
    tab?.close();
    showToast({ tone: "error", text: words(error), about: "opened" });
  }
}
