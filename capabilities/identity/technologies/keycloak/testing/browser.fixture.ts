// For tests: a browser's cookies and redirects over real TLS, to hosts that no resolver knows.
import * as https from 'node:https';

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** Where it was got from. */
  url: string;
}

export interface Browser {
  get(url: string, headers?: Record<string, string>): Promise<Answer>;
  /** Posts a form as a page of the same site would. */
  post(url: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** Posts as a program would, without saying where from. */
  call(url: string, form: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** Follows redirects until an answer is none, or leads to an address that `until` accepts. */
  follow(answer: Answer, until?: (url: string) => boolean): Promise<Answer>;
  send(
    method: string,
    url: string,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<Answer>;
  /** By host and name. */
  cookies: Map<string, string>;
}

export function browser(options: { port: number; ca: string }): Browser {
  const cookies = new Map<string, string>();
  const send = (method: string, url: string, body: string | undefined, headers: Record<string, string>) =>
    new Promise<Answer>((resolve, reject) => {
      const target = new URL(url);
      const mine = [...cookies]
        .filter(([key]) => key.startsWith(`${target.hostname} `))
        .map(([key, value]) => `${key.split(' ')[1]}=${value}`);
      const request = https.request(
        {
          host: '127.0.0.1',
          port: options.port,
          ca: options.ca,
          servername: target.hostname,
          method,
          path: target.pathname + target.search,
          agent: false,
          headers: {
            host: target.host,
            ...(mine.length > 0 ? { cookie: mine.join('; ') } : {}),
            ...(body === undefined
              ? {}
              : {
                  'content-type': 'application/x-www-form-urlencoded',
                  'content-length': Buffer.byteLength(body),
                }),
            ...headers,
          },
        },
        async response => {
          for (const cookie of response.headers['set-cookie'] ?? []) {
            const [pair = ''] = cookie.split(';');
            const at = pair.indexOf('=');
            const key = `${target.hostname} ${pair.slice(0, at)}`;
            cookies.set(key, pair.slice(at + 1));
            if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(cookie)) cookies.delete(key);
          }
          let text = '';
          for await (const chunk of response.setEncoding('utf8')) text += chunk;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text, url });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  const page = { accept: 'text/html' };
  const formText = (form: Record<string, string>) => new URLSearchParams(form).toString();
  const get: Browser['get'] = (url, headers = {}) => send('GET', url, undefined, { ...page, ...headers });
  return {
    cookies,
    send,
    get,
    post: (url, form, headers = {}) =>
      send('POST', url, formText(form), { ...page, origin: new URL(url).origin, ...headers }),
    call: (url, form, headers = {}) => send('POST', url, formText(form), headers),
    async follow(answer, until = () => false) {
      let current = answer;
      for (let i = 0; i < 12; i++) {
        const { location } = current.headers;
        if (typeof location !== 'string') return current;
        const url = new URL(location, current.url).href;
        if (until(url)) return { ...current, url };
        current = await get(url);
      }
      throw new Error(`too many redirects, now at ${current.url}`);
    },
  };
}
