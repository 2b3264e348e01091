/** Menus and popovers stand inside the main landmark, where screen readers look for content. */
export function overlayRoot(): HTMLElement | null {
  return document.getElementById("content");
}
