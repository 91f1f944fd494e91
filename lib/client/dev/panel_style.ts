/**
 * How the panel looks.
 *
 * @module
 */

/** Its style sheet: on its own, light or dark as the system is, and no wider than a phone. */
export const style = `
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
