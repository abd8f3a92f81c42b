// A person with a browser, as far as signing in needs one: redirections, cookies and forms; no scripts.
import { ask, type HttpAnswer } from '../plain-process.ts';

const MOST_REDIRECTIONS = 10;

export interface Page extends HttpAnswer {
  /** Where the redirections ended. */
  url: string;
}

export interface Visitor {
  open(url: string): Promise<Page>;
  /** Sends the first form of a page with these fields and the hidden ones. */
  submit(page: Page, fields: Record<string, string>): Promise<Page>;
}

/** With an empty cookie jar; believes every certificate. */
export function visitor(): Visitor {
  // By origin, then by name: enough where nobody sets a cookie for another path or host.
  const jar = new Map<string, Map<string, string>>();
  const send = async (url: string, form?: string): Promise<HttpAnswer> => {
    const { origin } = new URL(url);
    const own = jar.get(origin) ?? new Map<string, string>();
    jar.set(origin, own);
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await ask(url, {
      method: form === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'text/html',
        ...(cookie ? { cookie } : {}),
        ...(form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', origin }),
      },
      ...(form === undefined ? {} : { body: form }),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [pair = ''] = line.split(';');
      own.set(pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  };
  const follow = async (start: string, form?: string): Promise<Page> => {
    let url = start;
    let answer = await send(url, form);
    for (let count = 0; answer.status >= 300 && answer.status < 400; count++) {
      if (count === MOST_REDIRECTIONS) throw new Error(`visitor: ${start}: redirects without end`);
      url = new URL(String(answer.headers.location), url).href;
      answer = await send(url);
    }
    return { ...answer, url };
  };
  return {
    open: url => follow(url),
    submit(page, fields) {
      const form = /<form[^>]*\saction="([^"]*)"[^>]*>/.exec(page.body);
      if (!form)
        throw new Error(`visitor: ${page.url}: ${page.status}: no form\n${page.body.slice(0, 2000)}`);
      const hidden = [...page.body.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].flatMap(([tag]) => {
        const name = /\sname="([^"]*)"/.exec(tag)?.[1];
        return name ? [[name, /\svalue="([^"]*)"/.exec(tag)?.[1] ?? ''] as const] : [];
      });
      const target = new URL((form[1] ?? '').replaceAll('&amp;', '&'), page.url).href;
      return follow(target, new URLSearchParams({ ...Object.fromEntries(hidden), ...fields }).toString());
    },
  };
}
