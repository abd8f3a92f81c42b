import { createHash } from 'node:crypto';
import { escapeHtml } from '@slipway/gateway';

const STYLE = `
:root{color-scheme:light dark;--fg:#1b1f24;--bg:#f6f8fa;--card:#fff;--line:#8c959f;--accent:#0550ae;--bad:#a40e26}
@media(prefers-color-scheme:dark){:root{--fg:#e6edf3;--bg:#0d1117;--card:#161b22;--line:#6e7681;--accent:#79c0ff;--bad:#ff938a}}
body{font:16px/1.5 system-ui,sans-serif;margin:0;color:var(--fg);background:var(--bg)}
main{max-width:24rem;margin:12vh auto;padding:1.5rem 2rem;background:var(--card);border:1px solid var(--line);border-radius:8px}
h1{font-size:1.4rem;margin-top:0}label{display:block;margin:.75rem 0 .25rem;font-weight:600}
input{box-sizing:border-box;width:100%;padding:.5rem;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:6px}
button{margin:1.25rem .5rem 0 0;padding:.5rem 1rem;font:inherit;border-radius:6px;border:1px solid var(--accent);background:var(--accent);color:var(--card);cursor:pointer}
button.quiet{background:transparent;color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.error{color:var(--bad);font-weight:600}code{font-size:1.3em;letter-spacing:.1em}`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Markup that is safe: only `html` makes it. */
export interface Html {
  readonly html: string;
}

/** A template whose values are escaped, unless they are markup themselves. */
export function html(strings: TemplateStringsArray, ...values: (string | Html | undefined)[]): Html {
  const text = strings.reduce((before, part, index) => {
    const value = values[index - 1];
    return before + (typeof value === 'object' ? value.html : escapeHtml(value ?? '')) + part;
  });
  return { html: text };
}

/** Markup that somebody else has made safe already. */
export function trusted(markup: string): Html {
  return { html: markup };
}

export function pageText(title: string, body: Html): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Slipway</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>${body.html}</main></body></html>
`;
}

/** Headers of every page. `formTargets` are origins that a form's redirects may lead to. */
export function pageHeaders(formTargets: string[] = []): Record<string, string> {
  const targets = ["'self'", ...formTargets].join(' ');
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${targets}; ` +
      "base-uri 'none'; frame-ancestors 'none'",
    // With `no-referrer` browsers send `Origin: null` with our own forms.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  };
}
