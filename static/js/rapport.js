// What pages need beyond HTML and htmx: theme, menu places, dialogs, notices, copying.
// Every behaviour hangs on a data attribute and listens at the document, so that parts of a
// page swapped in by htmx work without being started.

const root = document.documentElement;
const EDGE = 12;

// --- Theme: light, dark, or what the device says -----------------------------------------

function showThemeChoice() {
  const active = root.dataset.theme ?? "system";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === active));
  }
}

function chooseTheme(name) {
  if (name === "system") {
    delete root.dataset.theme;
  } else {
    root.dataset.theme = name;
  }
  showThemeChoice();
  localStorage.setItem("theme", name);
}

// --- Menus and definitions: put a popover beside the button that opened it -----------------

function placePopover(popover) {
  const button = document.querySelector(`[popovertarget="${CSS.escape(popover.id)}"]`);
  if (!button) return;
  const place = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = popover;
  const left = Math.min(place.left, window.innerWidth - width - EDGE);
  const below = place.bottom + 6;
  const fitsBelow = below + height + EDGE <= window.innerHeight;
  popover.style.setProperty("--x", `${Math.max(EDGE, left)}px`);
  popover.style.setProperty(
    "--y",
    `${fitsBelow ? below : Math.max(EDGE, place.top - height - 6)}px`,
  );
}

document.addEventListener(
  "toggle",
  (event) => {
    if (event.newState === "open" && event.target.matches(".menu, .definition")) {
      placePopover(event.target);
    }
  },
  true,
);

// --- One listener for clicks -----------------------------------------------------------------

const clicks = {
  "[data-theme-choice]": (button) => chooseTheme(button.dataset.themeChoice),
  "[data-dialog]": (button) => document.getElementById(button.dataset.dialog)?.showModal(),
  "[data-dialog-close]": (button) => button.closest("dialog")?.close(),
  "[data-dismiss]": (button) => button.closest(".toast")?.remove(),
  "[data-copy]": (button) => copyText(button),
};

document.addEventListener("click", (event) => {
  for (const [selector, act] of Object.entries(clicks)) {
    const target = event.target.closest(selector);
    if (target) act(target);
  }
  if (event.target.matches("dialog")) event.target.close();
});

async function copyText(button) {
  const source = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard) {
    // Browsers lend the clipboard to https pages only; elsewhere the text is marked to copy.
    window.getSelection().selectAllChildren(source);
    return;
  }
  await navigator.clipboard.writeText(source.textContent.trim());
  const label = button.lastChild.textContent;
  button.lastChild.textContent = "Copied";
  setTimeout(() => {
    button.lastChild.textContent = label;
  }, 1600);
}

// A box marked data-check-all ticks or clears all boxes of that name in its form.
document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-check-all]");
  for (const one of box?.form.elements[box.dataset.checkAll]?.values?.() ?? []) {
    one.checked = box.checked;
  }
});

// A button or link marked data-key is pressed by that key, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=radio]), textarea, select, dialog");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const wanted = event.key.toLowerCase();
  for (const target of document.querySelectorAll("[data-key]")) {
    if (target.dataset.key === wanted) target.click();
  }
});

// A form marked data-autosubmit sends itself when a choice changes; its button stays for those
// without JavaScript.
document.addEventListener("change", (event) => {
  event.target.closest("form[data-autosubmit]")?.requestSubmit();
});

showThemeChoice();
