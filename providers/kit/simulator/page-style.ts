import { createHash } from 'node:crypto';

export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #566274; --paper: #fff; --ground: #eef1f6; --line: #cfd6e1;
  --brand: #6b3fa0; --good: #14693b; --bad: #a3212b; --warn: #fff3cf; --warn-ink: #5a4300; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ecf3; --soft: #a6b1c2; --paper: #1b2230; --ground: #10151f;
  --line: #3a4558; --brand: #b794e6; --good: #6fd39c; --bad: #ff9aa2; --warn: #3d3210; --warn-ink: #ffe39a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header { background: var(--paper); border-block-end: 3px solid var(--brand); padding: .9rem 1.25rem; }
header strong { color: var(--brand); font-size: 1.15rem; }
main { max-width: 40rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.25rem 0 .5rem; }
h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
.notice { background: var(--warn); color: var(--warn-ink); border-radius: .5rem; padding: .75rem 1rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; }
.fields { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); }
label { display: block; font-weight: 600; }
input { display: block; inline-size: 100%; min-block-size: 2.75rem; margin-block-start: .25rem; padding: .4rem .6rem;
  font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .4rem; }
.actions { display: grid; gap: .6rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
button, a.button { display: block; inline-size: 100%; min-block-size: 2.75rem; padding: .55rem 1rem; font: inherit;
  font-weight: 600; text-align: center; text-decoration: none; cursor: pointer; border-radius: .5rem;
  border: 2px solid currentColor; background: transparent; color: var(--ink); }
button.main, a.button { background: var(--good); border-color: var(--good); color: var(--paper); }
button.bad { color: var(--bad); }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px; }
footer { color: var(--soft); font-size: .9rem; margin-block: 2rem; }
code { overflow-wrap: anywhere; }
`;

/** For the page's content security policy: this one style sheet and nothing else. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;
