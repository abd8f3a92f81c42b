// What strangers get at the doors: real requests over TLS, as from outside.
import { request } from 'node:https';
import { bad, type Check, ok } from './check.ts';

export interface Door {
  host: string;
  port: number;
  ca: string;
}

/** Paths that must not be answered to somebody without credentials, and what each is. */
const CLOSED = [
  { check: 'anonymous-api', name: 'api', title: 'Kubernetes API', path: '/api/v1/namespaces' },
  { check: 'anonymous-secrets', name: 'api', title: 'Secrets', path: '/api/v1/secrets' },
  {
    check: 'anonymous-audit',
    name: 'api',
    title: 'audit',
    path: '/apis/audit.slipway.dev/v1alpha1/auditrecords',
  },
  { check: 'anonymous-registry', name: 'registry', title: 'registry', path: '/v2/_catalog' },
  { check: 'anonymous-git', name: 'git', title: 'Git', path: '/api/v1/repos/search' },
  {
    check: 'anonymous-git-read',
    name: 'git',
    title: 'Git over HTTP',
    path: '/default/environment-dev.git/info/refs?service=git-upload-pack',
  },
  {
    check: 'anonymous-portal',
    name: 'portal',
    title: 'API behind the portal',
    path: '/k8s/api/v1/namespaces',
  },
  { check: 'anonymous-trace', name: 'signing', title: 'chains of proof', path: '/trace/pods/default/x' },
] as const;

export type DoorName = (typeof CLOSED)[number]['name'];

export function anonymousDoors(doors: Record<DoorName, Door>): Check[] {
  return CLOSED.map(({ check, name, title, path }) => ({
    check,
    what: `nobody reads ${title} without credentials`,
    how: `GET ${path.split('?')[0]} without any`,
    look: async () => {
      const { status } = await get(doors[name], path);
      if (status === 401 || status === 403) return ok(`answered ${status}`);
      if (status === 404 || status === 421) return ok(`answered ${status}: it is not served`);
      return bad(`answered ${status}`, 'look for a binding to system:unauthenticated or system:anonymous');
    },
  }));
}

/** What the browser keeps of somebody who begins to sign in is sealed, and kept from scripts and other sites. */
export function sessionCookie(portal: Door): Check {
  return {
    check: 'session-cookie',
    what: 'the portal’s cookies are __Host-, Secure, HttpOnly and SameSite',
    how: 'GET /auth/login, and what it sets',
    look: async () => {
      const { cookies } = await get(portal, '/auth/login?to=/');
      if (cookies.length === 0) return bad('no cookie was set', 'the portal’s sign-in does not begin');
      const weak = cookies.filter(
        cookie =>
          !(
            cookie.startsWith('__Host-') &&
            /; *secure/i.test(cookie) &&
            /; *httponly/i.test(cookie) &&
            /; *samesite=(lax|strict)/i.test(cookie)
          ),
      );
      // Never the value.
      const names = (all: string[]) => all.map(cookie => cookie.split('=')[0]).join(', ');
      if (weak.length === 0) return ok(names(cookies));
      return bad(`${names(weak)}: a flag is missing`, 'report it: no option turns them off');
    },
  };
}

export function get({ host, port, ca }: Door, path: string): Promise<{ status: number; cookies: string[] }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        servername: host,
        path,
        ca,
        headers: { host: `${host}:${port}` },
        agent: false,
      },
      answer => {
        answer.resume();
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, cookies: answer.headers['set-cookie'] ?? [] }),
        );
      },
    );
    outgoing.setTimeout(5_000, () => outgoing.destroy(new Error(`${host}: no answer in 5 s`)));
    outgoing.on('error', reject);
    outgoing.end();
  });
}
