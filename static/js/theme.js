// Sets the chosen theme before the first paint. A plain script in the head, on purpose:
// a module would run after the page has already flashed in the other theme.

const chosenTheme = localStorage.getItem("theme");
if (chosenTheme === "light" || chosenTheme === "dark") {
  document.documentElement.dataset.theme = chosenTheme;
}
