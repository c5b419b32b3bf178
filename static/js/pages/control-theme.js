const KEY = "vetrina.control.theme";

/** Paper by day, notte in a dark studio: the system's wish until somebody turns it by hand. */
export function showTheme() {
  const wanted = localStorage.getItem(KEY) ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "notte" : "paper");
  document.documentElement.dataset.theme = wanted;
}

export function turnTheme() {
  const next = document.documentElement.dataset.theme === "notte" ? "paper" : "notte";
  localStorage.setItem(KEY, next);
  showTheme();
}
