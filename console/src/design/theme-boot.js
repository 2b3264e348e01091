// Sets the chosen theme before the first paint. A file of its own, not an inline script: the page's
// Content-Security-Policy allows no inline code. Same rule as applyTheme in lib/prefs.ts.
(() => {
  try {
    const { theme } = JSON.parse(localStorage.getItem("omni.console.prefs") || "{}");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // No storage or not ours: the system's theme.
  }
})();
