(() => {
  // lib/client/dev/document.ts
  var LATER_MS = 700;
  var GONE = "";
  var asked = 0;
  var known;
  var address;
  function noteDocument() {
    known = load();
    address = addressOf();
  }
  async function isDocumentChanged() {
    const mine = ++asked;
    if (await isOther()) return true;
    await later();
    return mine === asked && await isOther();
  }
  async function isDocumentThere() {
    const document2 = await load();
    return document2 !== void 0 && document2 !== GONE;
  }
  async function isOther() {
    const [before, now] = await Promise.all([
      known,
      load()
    ]);
    if (before === void 0 || now === void 0 || before === now) return false;
    if (now === GONE && addressOf() !== address) return false;
    if (now === GONE) await later();
    const again = await load();
    if (now === GONE && again === before) return false;
    known = Promise.resolve(again);
    return again === now;
  }
  function later() {
    return new Promise((resolve) => setTimeout(resolve, LATER_MS));
  }
  function addressOf() {
    return location.pathname + location.search;
  }
  async function load() {
    try {
      const response = await fetch(location.href, {
        headers: {
          accept: "text/html"
        },
        cache: "no-store"
      });
      if (response.status === 404 || response.status === 410) return GONE;
      if (!response.ok || !response.headers.get("content-type")?.startsWith("text/html")) return void 0;
      return (await response.text()).replace(/<script [^>]*data-n2o-dev="[^"]*"><\/script>/, "");
    } catch {
      return void 0;
    }
  }

  // lib/client/dev/link.ts
  var FIRST_MS = 250;
  var MOST_MS = 3e3;
  var PING_MS = 2e4;
  function connect(url2, hear2) {
    let socket;
    let wait = FIRST_MS;
    let timer;
    let pings;
    const open = () => {
      clearTimeout(timer);
      const mine = socket = new WebSocket(url2);
      mine.onmessage = ({ data }) => {
        wait = FIRST_MS;
        if (mine !== socket || typeof data !== "string" || !data.startsWith("{")) return;
        hear2(JSON.parse(data));
      };
      mine.onopen = () => {
        pings = setInterval(() => mine.send("PING"), PING_MS);
      };
      mine.onclose = () => {
        if (mine !== socket) return;
        clearInterval(pings);
        timer = setTimeout(open, wait);
        wait = Math.min(wait * 2, MOST_MS);
      };
    };
    addEventListener("pagehide", () => {
      const old = socket;
      socket = void 0;
      clearTimeout(timer);
      clearInterval(pings);
      old?.close();
    });
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted) open();
    });
    addEventListener("online", () => {
      if (socket?.readyState === WebSocket.CLOSED) open();
    });
    open();
  }

  // lib/client/dev/panel_style.ts
  var style = `
:host {
  all: initial;
  position: fixed;
  inset: auto 0 0 0;
  z-index: 2147483647;
  display: block;
  width: auto;
  margin: 0;
  padding: 0;
  overflow: visible;
  border: 0;
  background: none;
  pointer-events: none;
  color-scheme: light dark;
  --ground: #ffffff;
  --text: #1d1f24;
  --soft: #565c66;
  --line: #d9dce1;
  --code: #f5f6f8;
  --red: #c0232c;
  --marked: #fde7e8;
  --shadow: 0 -6px 32px rgb(0 0 0 / 22%);
}
@media (prefers-color-scheme: dark) {
  :host {
    --ground: #1b1d22;
    --text: #eceef2;
    --soft: #a8aebb;
    --line: #3a3e47;
    --code: #121418;
    --red: #ff7b81;
    --marked: #48202a;
    --shadow: 0 -6px 32px rgb(0 0 0 / 60%);
  }
}
@media print {
  :host { display: none; }
}
* { box-sizing: border-box; }
section, button {
  font: 15px/1.45 system-ui, sans-serif;
  color: var(--text);
  pointer-events: auto;
}
section {
  display: flex;
  flex-direction: column;
  width: min(100%, 960px);
  max-height: min(65vh, 600px);
  max-height: min(65dvh, 600px);
  margin: 0 auto;
  overflow: hidden;
  background: var(--ground);
  border: 1px solid var(--line);
  border-bottom: 0;
  border-top: 4px solid var(--red);
  border-radius: 10px 10px 0 0;
  box-shadow: var(--shadow);
}
[hidden] { display: none !important; }
header {
  display: flex;
  flex: none;
  align-items: center;
  gap: 4px 12px;
  padding: 8px 8px 8px 20px;
  border-bottom: 1px solid var(--line);
}
header div { flex: 1; min-width: 0; }
h2 { margin: 0; font-size: 16px; font-weight: 650; }
header p { margin: 0; font-size: 13px; color: var(--soft); }
button {
  min-width: 44px;
  min-height: 44px;
  padding: 0 14px;
  background: none;
  border: 1px solid var(--line);
  border-radius: 8px;
  cursor: pointer;
}
button:hover { background: var(--code); }
button:focus-visible, pre:focus-visible { outline: 3px solid #3b82f6; outline-offset: -2px; }
ol {
  margin: 0;
  padding: 4px 20px 20px;
  overflow: auto;
  overscroll-behavior: contain;
  list-style: none;
  padding-bottom: max(20px, env(safe-area-inset-bottom));
}
li { padding-top: 14px; }
li + li { margin-top: 18px; border-top: 1px solid var(--line); }
li p { margin: 0 0 8px; overflow-wrap: anywhere; }
.where { font: 600 13px/1.45 ui-monospace, Menlo, Consolas, monospace; color: var(--red); }
.what { font-weight: 600; white-space: pre-wrap; }
.by { margin-top: -6px; font-size: 13px; color: var(--soft); }
.fix { color: var(--soft); white-space: pre-wrap; }
.fix::before { content: "\\2192\\00a0"; }
li p:last-child { margin-bottom: 0; }
pre {
  margin: 0 0 8px;
  padding: 8px 0;
  overflow-x: auto;
  background: var(--code);
  border: 1px solid var(--line);
  border-radius: 8px;
  font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace;
  tab-size: 2;
}
code { display: inline-block; min-width: 100%; font: inherit; }
code span { display: block; padding-right: 14px; background: var(--code); }
code span:empty::before { content: " "; }
code .marked { background: var(--marked); }
code i {
  position: sticky;
  left: 0;
  padding-left: 14px;
  background: inherit;
  font-style: normal;
  color: var(--soft);
  user-select: none;
}
.marked i { color: var(--red); }
code b { color: var(--red); }
.pill {
  display: block;
  margin: 0 12px 12px auto;
  color: #fff;
  font-weight: 600;
  background: #c0232c;
  border-color: #c0232c;
  border-radius: 22px;
  box-shadow: 0 2px 12px rgb(0 0 0 / 30%);
}
.pill:hover { background: #a01c24; }
@media (max-width: 600px) {
  section { border-radius: 0; border-inline: 0; }
  header { padding-left: 14px; }
  ol { padding-inline: 14px; }
}
`;

  // lib/client/dev/panel.ts
  var NAME = "n2o-dev";
  var DIALOGS = {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: [
      "open"
    ]
  };
  var Panel = class {
    #host;
    #section = element("section");
    #title = element("h2");
    #state = element("p");
    #list = element("ol");
    #pill = element("button", "pill");
    #watch = new MutationObserver(() => this.#place());
    #shown = "[]";
    /** Makes it; it is in the page when there is something to show. */
    constructor() {
      this.#host = document.createElement(NAME);
      this.#host.dataset.n2oOwn = "";
      this.#host.popover = "manual";
      const root = this.#host.attachShadow({
        mode: "open"
      });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
      root.adoptedStyleSheets = [
        sheet
      ];
      const head = element("header");
      const words = element("div");
      const button = element("button");
      button.type = this.#pill.type = "button";
      button.textContent = "Dismiss";
      button.title = "Dismiss (Escape)";
      button.onclick = () => this.#dismiss(true);
      this.#pill.onclick = () => this.#dismiss(false);
      words.append(this.#title, this.#state);
      head.append(words, button);
      this.#section.append(head, this.#list);
      this.#section.setAttribute("role", "alert");
      root.append(this.#section, this.#pill);
      for (const type of [
        "pointerdown",
        "mousedown",
        "click"
      ]) {
        this.#host.addEventListener(type, (event) => event.stopPropagation());
      }
      addEventListener("keydown", ({ key, isComposing }) => {
        if (key === "Escape" && !isComposing && this.#host.isConnected) this.#dismiss(true);
      }, true);
    }
    /** Shows what is wrong, anew if it was dismissed and something else is wrong now; goes when nothing is. */
    show(problems, isServing) {
      const said = JSON.stringify(problems);
      if (problems.length === 0) {
        this.#shown = said;
        this.#watch.disconnect();
        return this.#host.remove();
      }
      this.#place();
      this.#watch.observe(document, DIALOGS);
      if (said === this.#shown) return;
      this.#shown = said;
      const count = `${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
      this.#title.textContent = count;
      this.#pill.textContent = count;
      this.#state.textContent = isServing ? "What was good goes on serving." : "It is served as far as it is good.";
      this.#list.replaceChildren(...problems.map(item));
      this.#dismiss(false);
      this.#list.scrollTop = 0;
      for (const mark of this.#list.querySelectorAll("b")) showMark(mark);
    }
    /** Puts it where it is seen and can be clicked. What is outside of a modal dialog cannot, be it above. */
    #place() {
      const home = topmostDialog() ?? document.documentElement;
      if (this.#host.parentNode === home) return;
      home.append(this.#host);
      this.#host.showPopover?.();
    }
    #dismiss(isDismissed) {
      this.#section.hidden = isDismissed;
      this.#pill.hidden = !isDismissed;
    }
  };
  function topmostDialog() {
    return document.activeElement?.closest("dialog:modal") ?? [
      ...document.querySelectorAll("dialog:modal")
    ].pop();
  }
  function item({ where, what, fix, frame, file, line, column }) {
    const all = element("li");
    all.append(paragraph("where", file === void 0 ? where : `${file}:${line}:${column}`));
    if (file !== void 0 && file !== where) all.append(paragraph("by", `by way of ${where}`));
    all.append(paragraph("what", what));
    if (frame !== void 0) all.append(picture(frame));
    all.append(paragraph("fix", fix));
    return all;
  }
  function paragraph(name, text) {
    const made = element("p", name);
    made.textContent = text;
    return made;
  }
  function picture(frame) {
    const code = element("code");
    let isMarked = false;
    for (const line of frame.split("\n")) {
      const begin = line.indexOf("|") + 1;
      const isMark = isMarked && line.endsWith("^");
      isMarked = line.startsWith(">");
      const row = element("span", isMarked || isMark ? "marked" : "");
      const gutter = element("i");
      gutter.textContent = line.slice(0, begin);
      const text = isMark ? line.slice(begin, -1) : line.slice(begin);
      row.append(gutter, text);
      if (isMark) row.append(Object.assign(element("b"), {
        textContent: "^"
      }));
      code.append(row);
    }
    const made = element("pre");
    made.tabIndex = 0;
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", "The code around it");
    made.append(code);
    return made;
  }
  function showMark(mark) {
    const frame = mark.closest("pre");
    const behind = mark.getBoundingClientRect().right - frame.getBoundingClientRect().right;
    if (behind > -16) frame.scrollLeft += behind + frame.clientWidth / 2;
  }
  function element(name, className = "") {
    const made = document.createElement(name);
    if (className !== "") made.className = className;
    return made;
  }

  // lib/client/dev/sheets.ts
  var VERSION = "n2o-dev";
  var coming = /* @__PURE__ */ new Map();
  async function renewSheets(paths) {
    const wanted = new Set(paths.map((path) => new URL(path, location.origin).pathname));
    const links = linksIn(document).filter((link) => ![
      ...coming.values()
    ].includes(link));
    for (const link of links) {
      const imported = importsOf(link.sheet).filter((url3) => wanted.has(url3.pathname));
      await Promise.all(imported.map((url3) => fetch(url3, {
        cache: "reload"
      }).catch(() => {
      })));
      const url2 = new URL(link.href, document.baseURI);
      if (url2.origin === location.origin && (imported.length > 0 || wanted.has(url2.pathname))) renew(link, url2);
    }
  }
  function renew(old, url2) {
    coming.get(old)?.remove();
    const next = old.cloneNode();
    url2.searchParams.set(VERSION, Date.now().toString(36) + Math.floor(Math.random() * 1e6).toString(36));
    next.href = url2.href;
    next.removeAttribute("integrity");
    coming.set(old, next);
    next.addEventListener("load", () => {
      if (coming.get(old) !== next) return;
      coming.delete(old);
      old.remove();
    });
    next.addEventListener("error", () => {
      if (coming.get(old) === next) coming.delete(old);
      next.remove();
    });
    old.after(next);
  }
  function linksIn(root) {
    const found = [
      ...root.querySelectorAll("link[rel~=stylesheet][href]")
    ];
    for (const { shadowRoot } of root.querySelectorAll("*")) {
      if (shadowRoot !== null) found.push(...linksIn(shadowRoot));
    }
    return found;
  }
  function importsOf(sheet, depth = 0) {
    if (sheet === null || depth > 8) return [];
    let rules;
    try {
      rules = sheet.cssRules;
    } catch {
      return [];
    }
    const found = [];
    for (const rule of rules) {
      if (!(rule instanceof CSSImportRule)) continue;
      found.push(new URL(rule.href, sheet.href ?? document.baseURI), ...importsOf(rule.styleSheet, depth + 1));
    }
    return found;
  }

  // lib/client/nitro/html.ts
  function parse(html, context) {
    const template = document.createElement("template");
    const inSvg = context instanceof SVGElement && context.nodeName !== "foreignObject";
    template.innerHTML = inSvg ? `<svg>${html}</svg>` : html;
    return [
      ...(inSvg ? template.content.firstChild : template.content).childNodes
    ];
  }

  // lib/client/nitro/harmless.ts
  function setHarmless(element2, html) {
    if (element2.setHTML) return element2.setHTML(html, {
      sanitizer: {}
    });
    element2.textContent = parse(html, element2).map(({ textContent }) => textContent).join("");
  }

  // lib/client/dev/typed.ts
  var KEY = "n2o.dev.typed";
  var FRESH_MS = 3e4;
  var PATIENCE_MS = 5e3;
  var EDITABLE = "[contenteditable]:not([contenteditable=false])";
  var NEVER = /* @__PURE__ */ new Set([
    "password",
    "hidden",
    "file",
    "submit",
    "button",
    "reset",
    "image"
  ]);
  var edited = /* @__PURE__ */ new WeakSet();
  addEventListener("input", ({ target }) => edited.add(target), true);
  function keepTyped() {
    const keys = keysOf();
    const fields = [
      ...keys
    ].flatMap(([field, key]) => isTouched(field) ? [
      [
        key,
        valueOf(field)
      ]
    ] : []);
    const focus = keys.get(document.activeElement);
    const kept = {
      url: location.href,
      at: Date.now(),
      scroll: [
        scrollX,
        scrollY
      ],
      fields,
      focus
    };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
    } catch {
    }
  }
  function restoreTyped() {
    const kept = takeKept();
    if (kept === void 0) return;
    const missing = new Map(kept.fields);
    let { focus } = kept;
    const put = () => {
      for (const [field, key] of keysOf()) {
        const value = missing.get(key);
        if (value !== void 0) {
          missing.delete(key);
          if (!isTouched(field)) setValue(field, value);
        }
        if (focus === key && (document.activeElement ?? document.body) === document.body) field.focus();
        if (focus === key) focus = void 0;
      }
      if (missing.size === 0 && focus === void 0) watch.disconnect();
    };
    const watch = new MutationObserver(put);
    setTimeout(() => watch.disconnect(), PATIENCE_MS);
    const begin = () => {
      watch.observe(document, {
        childList: true,
        subtree: true
      });
      put();
      scrollTo(...kept.scroll);
    };
    if (document.readyState !== "loading") return begin();
    document.addEventListener("DOMContentLoaded", begin, {
      once: true
    });
  }
  function takeKept() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
      sessionStorage.removeItem(KEY);
      return kept !== null && kept.url === location.href && Date.now() - kept.at < FRESH_MS ? kept : void 0;
    } catch {
      return void 0;
    }
  }
  function keysOf() {
    const counts = /* @__PURE__ */ new Map();
    const keys = /* @__PURE__ */ new Map();
    for (const field of document.querySelectorAll(`input, textarea, select, ${EDITABLE}`)) {
      if (NEVER.has(field.type)) continue;
      const name = field.id ? `#${field.id}` : `${field.localName} ${field.type} ${field.name}`;
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      keys.set(field, `${name} ${count}`);
    }
    return keys;
  }
  function isBox(field) {
    return field.type === "checkbox" || field.type === "radio";
  }
  function isSelect(field) {
    return field.localName === "select";
  }
  function isEditable(field) {
    return field.matches(EDITABLE);
  }
  function isTouched(field) {
    if (isEditable(field)) return edited.has(field);
    if (isSelect(field)) {
      const { options } = field;
      const isDefault = [
        ...options
      ].some(({ defaultSelected }) => defaultSelected);
      if (!isDefault && !field.multiple) return field.selectedIndex > 0;
      return [
        ...options
      ].some(({ selected, defaultSelected }) => selected !== defaultSelected);
    }
    return isBox(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  }
  function valueOf(field) {
    if (isEditable(field)) return field.innerHTML;
    if (isSelect(field)) return [
      ...field.selectedOptions
    ].map(({ value }) => value);
    return isBox(field) ? field.checked : field.value;
  }
  function setValue(field, value) {
    if (isSelect(field)) {
      if (!Array.isArray(value)) return;
      for (const option of field.options) option.selected = value.includes(option.value);
    } else if (isBox(field)) field.checked = value === true;
    else if (typeof value !== "string") return;
    else if (isEditable(field)) {
      setHarmless(field, value);
      edited.add(field);
    } else field.value = value;
  }

  // lib/client/dev/mod.ts
  var STAYED_MS = 5e3;
  var CAUGHT_UP = "n2o.dev.caughtUp";
  var script = document.currentScript;
  var [run, ...numbers] = (script.dataset.n2oDev ?? "").split(".");
  var [revision, generation] = numbers.map(Number);
  var isFirst = true;
  var isLeaving = false;
  var isPage = window === top || !hasDevTop();
  var isWaiting = document.documentElement.dataset.n2oDev === "waiting";
  var panel = isPage ? new Panel() : void 0;
  function hasDevTop() {
    try {
      return top?.document.querySelector("script[data-n2o-dev]") != null;
    } catch {
      return false;
    }
  }
  function reload(state = "") {
    if (isLeaving || !isPage) return;
    if (state !== "") {
      try {
        if (sessionStorage.getItem(CAUGHT_UP) === state) return;
        sessionStorage.setItem(CAUGHT_UP, state);
      } catch {
        return;
      }
    }
    isLeaving = true;
    setTimeout(() => isLeaving = false, STAYED_MS);
    keepTyped();
    location.reload();
  }
  async function hear(message) {
    if (message.kind === "reload") return reload();
    if (message.kind === "styles") {
      revision = message.revision;
      return await renewSheets(message.paths);
    }
    const { kind, problems } = message;
    if (kind === "state") {
      const isMissed = message.run !== run || message.revision !== revision || isFirst && message.generation !== generation;
      if (isMissed) reload(`${message.run}.${message.revision}.${message.generation}`);
      if (isFirst && isPage) noteDocument();
    }
    generation = message.generation;
    const isNew = isFirst;
    isFirst = false;
    if (isLeaving) return;
    panel?.show(problems, generation > 0);
    if (problems.length > 0 || !isPage) return;
    if (isWaiting ? await isDocumentThere() : !isNew && await isDocumentChanged()) reload();
  }
  if (isPage) restoreTyped();
  var url = new URL("../ws/n2o/dev", script.src);
  url.protocol = url.protocol.replace("http", "ws");
  connect(url, hear);
})();
