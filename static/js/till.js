// What a partner's till can do beyond plain HTML: say that nothing was lost without a connection,
// and read a code with the camera. Without this script everything else still works.

const offline = document.getElementById("till-offline");

// The key in the form makes a repeat harmless: the same voucher, redeemed once.
async function send(form) {
  const button = form.querySelector("[data-busy]");
  const label = button.textContent;
  button.disabled = true;
  button.textContent = button.dataset.busy;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (answer.redirected) {
      window.location.assign(answer.url);
      return;
    }
    // A refusal is a page of its own: let the browser ask for it, under the same key.
    form.submit();
  } catch {
    offline.hidden = false;
    offline.scrollIntoView({ block: "center" });
    button.disabled = false;
    button.textContent = label;
  }
}

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

window.addEventListener("online", () => {
  if (offline) offline.hidden = true;
});

// --- The camera --------------------------------------------------------------------------

const scan = document.getElementById("till-scan");
const EVERY_MS = 200;

// A voucher's picture is a link to this page with the code in it; a partner's own is the code.
function codeIn(text) {
  try {
    return new URL(text).searchParams.get("code") ?? text;
  } catch {
    return text;
  }
}

async function look(detector, video, found) {
  const [code] = await detector.detect(video);
  if (code) {
    for (const track of video.srcObject.getTracks()) track.stop();
    found(codeIn(code.rawValue));
    return;
  }
  setTimeout(() => look(detector, video, found), EVERY_MS);
}

async function start(detector) {
  const video = document.getElementById("till-video");
  const said = document.getElementById("till-scan-said");
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment" },
    });
  } catch {
    // Refused, or there is none: typing works, and so does the telephone's own camera.
    said.textContent = scan.dataset.saidNo;
    said.hidden = false;
    return;
  }
  video.hidden = false;
  await video.play();
  look(detector, video, (code) => {
    const form = document.getElementById("till-ask");
    form.elements.code.value = code;
    form.submit();
  });
}

async function offerScan() {
  const formats = await window.BarcodeDetector.getSupportedFormats();
  if (!formats.includes("qr_code")) return;
  const wanted = ["qr_code", "code_128", "ean_13"].filter((each) => formats.includes(each));
  const detector = new window.BarcodeDetector({ formats: wanted });
  scan.hidden = false;
  document.getElementById("till-scan-start").addEventListener("click", () => start(detector));
}

if (scan && "BarcodeDetector" in window && navigator.mediaDevices) offerScan();
