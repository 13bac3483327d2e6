// For the shop's own pages. It remembers who sent a friend, but only after consent, and shows the
// brand's referral offer where the shop puts <rapport-referral>.
//
//   <script src="https://.../static/js/referral.js" data-brand="floral" defer></script>
//   rapport.consent()  once the visitor agreed; rapport.forget()  when they take it back;
//   rapport.code       the friend's code, for the checkout (fields with data-rapport-code have it).
(() => {
  const me = document.currentScript;
  const home = new URL(me.src).origin;
  const { brand } = me.dataset;
  const COOKIE = "rapport_friend";
  const DAYS = 90;
  const given = (new URLSearchParams(location.search).get("rapport") ?? "").slice(0, 40);

  function kept() {
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${COOKIE}=`));
    const [code, visitor] = decodeURIComponent(found?.slice(COOKIE.length + 1) ?? "").split("|");
    return { code: code || "", visitor: visitor || "" };
  }

  function keep(value, seconds) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${COOKIE}=${value}; Max-Age=${seconds}; Path=/; SameSite=Lax${secure}`;
  }

  // Plain text needs no leave of the other side beforehand, and goes out when the page is left.
  function tell(facts) {
    const body = JSON.stringify(facts);
    fetch(`${home}/touch/${brand}`, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  const rapport = {
    get code() {
      return given || kept().code;
    },
    consent() {
      const before = kept();
      const visitor = before.visitor || crypto.randomUUID();
      const code = given || before.code;
      if (!code) return;
      keep(encodeURIComponent(`${code}|${visitor}`), DAYS * 86400);
      if (code !== before.code) tell({ code, visitor });
    },
    forget() {
      keep("", 0);
    },
  };
  window.rapport = rapport;
  if (me.dataset.consent === "given") rapport.consent();
  for (const field of document.querySelectorAll("[data-rapport-code]")) field.value ||= rapport.code;

  class Referral extends HTMLElement {
    async connectedCallback() {
      this.#order();
      const programme = encodeURIComponent(this.getAttribute("programme"));
      const answer = await fetch(`${home}/refer/${brand}/${programme}/offer`);
      if (answer.status !== 200) return;
      const offer = await answer.json();
      const root = this.attachShadow({ mode: "open" });
      const style = new CSSStyleSheet();
      style.replaceSync(
        ":host{display:block}h2{margin:0 0 .25em;font-size:1.25em}p{margin:0 0 .75em}" +
          "a{display:inline-block;padding:.6em 1.1em;border-radius:8px;font-weight:600;" +
          `text-decoration:none;background:${offer.colour};color:${offer.ink}}`,
      );
      root.adoptedStyleSheets = [style];
      const parts = { h2: offer.headline, p: offer.intro, a: offer.button };
      for (const [name, words] of Object.entries(parts)) {
        const part = root.appendChild(document.createElement(name));
        part.textContent = words;
        if (name === "a") part.href = offer.address;
      }
    }

    // On the page that thanks for an order: only what the shop's server signed, and after consent.
    #order() {
      const [order, source, proof] = ["order", "source", "proof"].map((n) => this.getAttribute(n));
      const { code, visitor } = kept();
      if (order && proof && visitor) tell({ code, visitor, order, source, proof });
    }
  }
  customElements.define("rapport-referral", Referral);
})();
