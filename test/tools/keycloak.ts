// The real Keycloak as a plain process, with its data in a folder of the test.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ask,
  freePorts,
  type HttpAnswer,
  type PlainProcess,
  startProcess,
  untilReady,
} from '../plain-process.ts';
import type { CertificateAndKey } from '../self-signed.ts';
import { toolFolder } from './cache.ts';

const READY_MS = 120_000;
/** It manages with this; what it takes by itself is a quarter of the machine. */
const HEAP = '-Xms64m -Xmx512m';

export interface Keycloak {
  /** Without a slash at the end; realms are at `<url>/realms/<name>`. */
  url: string;
  /** Of the realm `master`. */
  admin: { username: string; password: string };
  process: PlainProcess;
  /** Asks the admin API as the administrator: a path below `/admin/realms`. Rejects when it does not answer 2xx. */
  manage<T>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

export interface KeycloakOptions {
  /** An existing folder; a second start on the same one finds its data again. */
  folder: string;
  /** Serves https with it; absent: http. */
  tls?: CertificateAndKey;
  /** Host name in its addresses; default 127.0.0.1. */
  host?: string;
  /** Default: a free one. */
  port?: number;
  /** The administrator's password; default: made up. */
  password?: string;
}

/** Starts it; undefined when it is not on this machine (`npm run tools -- keycloak`). */
export async function startKeycloak(options: KeycloakOptions): Promise<Keycloak | undefined> {
  const distribution = toolFolder('keycloak');
  if (!distribution) return undefined;
  const [free = 0, management = 0] = await freePorts(2);
  const { folder, tls, host = '127.0.0.1', port = options.port ?? free } = options;
  const url = `${tls ? 'https' : 'http'}://${host}:${port}`;
  const admin = { username: 'admin', password: options.password ?? randomBytes(12).toString('hex') };
  const started = startProcess({
    name: 'keycloak',
    command: join(distribution, 'bin', 'kc.sh'),
    args: [
      'start',
      '--optimized',
      `--hostname=${url}`,
      '--http-host=127.0.0.1',
      ...(tls ? await tlsFlags(folder, tls, port) : ['--http-enabled=true', `--http-port=${port}`]),
      `--http-management-port=${management}`,
      '--http-management-scheme=http',
      // The distribution is shared: what is written goes into the test's folder.
      `--db-url=jdbc:h2:file:${join(folder, 'keycloak')};NON_KEYWORDS=VALUE;DB_CLOSE_ON_EXIT=FALSE`,
    ],
    folder,
    env: {
      KC_BOOTSTRAP_ADMIN_USERNAME: admin.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: admin.password,
      JAVA_OPTS_KC_HEAP: HEAP,
    },
  });
  const health = `http://127.0.0.1:${management}/health/ready`;
  await untilReady(started, READY_MS, async () => (await ask(health)).status === 200);
  return {
    url,
    admin,
    process: started,
    manage: (method, path, body) => manage({ url, admin, method, path, body }),
    stop: () => started.stop(),
  };
}

async function tlsFlags(folder: string, tls: CertificateAndKey, port: number): Promise<string[]> {
  const cert = join(folder, 'keycloak-tls.crt');
  const key = join(folder, 'keycloak-tls.key');
  await writeFile(cert, tls.cert);
  await writeFile(key, tls.key, { mode: 0o600 });
  return [`--https-certificate-file=${cert}`, `--https-certificate-key-file=${key}`, `--https-port=${port}`];
}

async function manage<T>(request: {
  url: string;
  admin: Keycloak['admin'];
  method: string;
  path: string;
  body: unknown;
}): Promise<T> {
  const { url, admin, method, path, body } = request;
  const login = await tokenOf(`${url}/realms/master`, {
    grant_type: 'password',
    client_id: 'admin-cli',
    ...admin,
  });
  const answer = await ask(`${url}/admin/realms${path}`, {
    method,
    headers: { authorization: `Bearer ${login.access_token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return good(answer, `${method} ${path}`) as T;
}

/** Asks the token endpoint of a realm (`<url>/realms/<name>`). Rejects with what it says when it gives none. */
export async function tokenOf(
  issuer: string,
  form: Record<string, string>,
): Promise<{ access_token: string; id_token?: string }> {
  const answer = await ask(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  return good(answer, 'token') as { access_token: string };
}

function good({ status, body }: HttpAnswer, what: string): unknown {
  if (status < 200 || status > 299) throw new Error(`keycloak: ${what}: ${status} ${body}`);
  return body === '' ? undefined : JSON.parse(body);
}
