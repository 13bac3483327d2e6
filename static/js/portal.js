// What a customer's page can do beyond plain HTML: copy, and the device's own share sheet. Without
// this script everything still works; its buttons stay hidden.

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
  const label = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => {
    button.textContent = label;
  }, 1600);
}

async function share(button) {
  try {
    await navigator.share({ text: button.dataset.text, url: button.dataset.native });
  } catch (error) {
    // Closed without choosing anybody.
    if (error.name !== "AbortError") throw error;
  }
}

for (const [kind, act, can] of [
  ["copy", copy, Boolean(navigator.clipboard)],
  ["native", share, Boolean(navigator.share)],
]) {
  for (const button of document.querySelectorAll(`[data-${kind}]`)) {
    button.hidden = !can;
    button.addEventListener("click", () => act(button));
  }
}

// By which way somebody shared is counted, once a day; nobody waits for it.
for (const way of document.querySelectorAll("[data-way]")) {
  const { shared } = way.closest("[data-shared]").dataset;
  way.addEventListener("click", () => {
    navigator.sendBeacon(shared, new URLSearchParams({ channel: way.dataset.way }));
  });
}
