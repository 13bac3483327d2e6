// The mail editor beyond HTML and htmx: rich text, merge tags at the cursor, dragging blocks.
// Everything also works without this file: textareas, copying a tag, the arrow buttons.

// --- Rich text: a textarea becomes a page to write on ------------------------------------------

const TOOLS = [
  ["bold", "Bold", "B"],
  ["italic", "Italic", "I"],
  ["insertUnorderedList", "List", "•"],
  ["insertOrderedList", "Numbered list", "1."],
];

function enrich(textarea) {
  if (textarea.dataset.enriched !== undefined) return;
  textarea.dataset.enriched = "";
  const label = document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`);
  const page = document.createElement("div");
  page.className = "rich-page";
  page.contentEditable = "true";
  page.id = `${textarea.id}-page`;
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  page.setAttribute("aria-label", label?.textContent.trim() ?? "Text");
  page.dataset.takesTags = "";
  const source = new DOMParser().parseFromString(textarea.value, "text/html");
  page.append(...source.body.childNodes);
  page.addEventListener("input", () => write(textarea, page));
  page.addEventListener("paste", pastePlain);
  page.addEventListener("focus", () => document.execCommand("defaultParagraphSeparator", false, "p"));
  textarea.hidden = true;
  textarea.after(toolbar(textarea, page), page);
  label?.addEventListener("click", () => page.focus());
}

function write(textarea, page) {
  textarea.value = page.innerHTML;
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

function pastePlain(event) {
  event.preventDefault();
  document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
}

function toolbar(textarea, page) {
  const bar = document.createElement("div");
  bar.className = "rich-tools";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", "Formatting");
  for (const [command, name, face] of TOOLS) {
    bar.append(toolButton(name, face, () => {
      page.focus();
      document.execCommand(command);
      write(textarea, page);
    }));
  }
  bar.append(linkTool(textarea, page));
  return bar;
}

function toolButton(name, face, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-ghost button-small";
  button.title = name;
  button.setAttribute("aria-label", name);
  button.textContent = face;
  // Keep the selection in the text while the button is pressed.
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", act);
  return button;
}

// The link tool opens one line for the address, and remembers what was selected meanwhile.
function linkTool(textarea, page) {
  const place = document.createElement("span");
  place.className = "rich-link";
  const address = document.createElement("input");
  address.type = "text";
  address.inputMode = "url";
  address.placeholder = "https://";
  address.setAttribute("aria-label", "Link address");
  address.hidden = true;
  let range = null;

  function apply() {
    address.hidden = true;
    page.focus();
    if (range) {
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
    }
    if (address.value.trim()) document.execCommand("createLink", false, address.value.trim());
    else document.execCommand("unlink");
    write(textarea, page);
  }

  const open = toolButton("Link", "Link", () => {
    const selection = getSelection();
    const inside = selection.rangeCount > 0 && page.contains(selection.anchorNode);
    range = inside ? selection.getRangeAt(0).cloneRange() : null;
    address.value = selection.anchorNode?.parentElement?.closest("a")?.getAttribute("href") ?? "";
    address.hidden = !address.hidden;
    if (!address.hidden) address.focus();
  });
  // What is typed here is no change of the mail yet.
  for (const kind of ["input", "change"]) {
    address.addEventListener(kind, (event) => event.stopPropagation());
  }
  address.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      apply();
    }
    if (event.key === "Escape") {
      address.hidden = true;
      page.focus();
    }
  });
  place.append(open, address);
  return place;
}

// --- Merge tags: put the chosen one where the cursor last was ----------------------------------

let lastPlace = null;

document.addEventListener("focusin", (event) => {
  const place = event.target.closest("[data-takes-tags]");
  if (place) lastPlace = place;
});

document.addEventListener("change", (event) => {
  const menu = event.target.closest("[data-tags]");
  if (!menu || !menu.value) return;
  const tag = menu.value;
  menu.value = "";
  const place = lastPlace?.isConnected ? lastPlace : document.querySelector("[name=subject]");
  place.focus();
  if (place.isContentEditable) {
    document.execCommand("insertText", false, tag);
    return;
  }
  place.setRangeText(tag, place.selectionStart, place.selectionEnd, "end");
  place.dispatchEvent(new Event("input", { bubbles: true }));
});

// --- Dragging blocks: the same request as the arrow buttons ------------------------------------

let dragged = null;

function dropPlace(event) {
  const over = event.target.closest?.("#blocks > .block");
  if (!dragged || !over || over === dragged || !over.querySelector(".block-handle")) return null;
  const box = over.getBoundingClientRect();
  return { over, below: event.clientY > box.top + box.height / 2 };
}

function clearMarks() {
  for (const marked of document.querySelectorAll(".drop-above, .drop-below")) {
    marked.classList.remove("drop-above", "drop-below");
  }
}

document.addEventListener("dragstart", (event) => {
  if (!event.target.closest?.(".block-handle")) return;
  dragged = event.target.closest(".block");
  dragged.classList.add("dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setDragImage(dragged, 12, 12);
});

document.addEventListener("dragover", (event) => {
  const place = dropPlace(event);
  clearMarks();
  if (!place) return;
  event.preventDefault();
  place.over.classList.add(place.below ? "drop-below" : "drop-above");
});

document.addEventListener("drop", (event) => {
  const place = dropPlace(event);
  if (!place) return;
  event.preventDefault();
  const from = Number(dragged.dataset.block);
  let to = Number(place.over.dataset.block) + (place.below ? 1 : 0);
  if (from < to) to -= 1;
  const form = dragged.querySelector("form[data-move]");
  form.elements.namedItem("place").value = String(to);
  if (to !== from) form.requestSubmit();
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("dragged");
  dragged = null;
  clearMarks();
});

// --- Blocks stay open while the list is drawn anew ---------------------------------------------

let openBlocks = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "blocks") return;
  openBlocks = [...event.target.querySelectorAll("details[open]")].map((details) => details.id);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of openBlocks) document.getElementById(id)?.setAttribute("open", "");
  openBlocks = [];
});

// --- Pictures: a field's button opens the library, a click there fills the field ---------------

let pictureField = null;

function offerLibrary(field) {
  if (field.dataset.offered !== undefined || !document.getElementById("choose-picture")) return;
  field.dataset.offered = "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = "Choose or upload a picture";
  button.addEventListener("click", () => {
    pictureField = field;
    document.getElementById("choose-picture").showModal();
    window.htmx.trigger("#pictures", "pictures-open");
  });
  field.after(button);
}

document.addEventListener("click", (event) => {
  const picture = event.target.closest("[data-picture-url]");
  if (!picture || !pictureField?.isConnected) return;
  pictureField.value = picture.dataset.pictureUrl;
  // "left_src" is described by "left_alt".
  const described = pictureField.form?.elements.namedItem(pictureField.name.replace("src", "alt"));
  if (described && ["", "Describe the picture"].includes(described.value)) {
    described.value = picture.dataset.pictureAlt;
  }
  pictureField.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById("choose-picture").close();
});

// --- Undo by keyboard, where no text of its own is being written -------------------------------

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const key = event.key.toLowerCase();
  const isRedo = key === "y" || (key === "z" && event.shiftKey);
  const button = document.getElementById(isRedo ? "redo" : "undo");
  if (!button || (key !== "z" && key !== "y")) return;
  event.preventDefault();
  button.click();
});

// --- How long subject and preview line are, and how an inbox shows them ------------------------

function measure(line) {
  const field = document.querySelector(`[name="${line.dataset.length}"]`);
  if (!field) return;
  const length = [...field.value].length;
  const isLong = length > Number(line.dataset.good);
  line.textContent = `${length} characters. ${line.dataset.label}`;
  line.classList.toggle("is-long", isLong);
  const shown = document.querySelector(`[data-inbox-${line.dataset.length}]`);
  if (shown) shown.textContent = field.value || field.placeholder;
}

document.addEventListener("input", (event) => {
  const line = document.querySelector(`[data-length="${event.target.name}"]`);
  if (line) measure(line);
});

// --- Start, and start again for what htmx brings in --------------------------------------------

function prepare(part) {
  for (const textarea of part.querySelectorAll("textarea[data-rich]")) enrich(textarea);
  for (const field of part.querySelectorAll("[data-picture]")) offerLibrary(field);
  for (const line of part.querySelectorAll("[data-length]")) measure(line);
}

document.addEventListener("htmx:load", (event) => prepare(event.target));
prepare(document);
