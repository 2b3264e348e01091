import { useLayoutEffect, useState } from "react";

/**
 * Menus and popovers stand inside the main landmark, where screen readers look for content. Looked up once: it is not
 * there while the frame is first rendered, and an open menu whose container changed would be made anew, and close.
 */
export function useOverlayRoot(): HTMLElement | null {
  const [root, setRoot] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => setRoot(document.getElementById("content")), []);
  return root;
}
