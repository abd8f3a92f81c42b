// The real Gitea as a plain process over SQLite: API, git over HTTP and pages; the pages' scripts are not built.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ask, freePorts, type PlainProcess, startProcess, untilReady } from '../plain-process.ts';
import { toolFolder } from './cache.ts';

const run = promisify(execFile);
const READY_MS = 60_000;

export interface Gitea {
  /** Without a slash at the end. */
  url: string;
  admin: { username: string; password: string };
  process: PlainProcess;
  /** Asks its API as the administrator: a path below `/api/v1`. Rejects when it does not answer 2xx. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Where to clone from and push to, with the administrator's name and password in it. */
  cloneUrl(repository: string): string;
  stop(): Promise<void>;
}

export interface GiteaOptions {
  /** An existing folder; a second start on the same one finds its data again. */
  folder: string;
  /** Default: a free one. */
  port?: number;
  /** Issuers that people can sign in through. */
  signIn?: OidcSource[];
  /** PEM text of CAs that it believes, instead of the system's. */
  trust?: string;
}

/** An OAuth2 source of the provider `openidConnect`. */
export interface OidcSource {
  /** Its callback is `<url>/user/oauth2/<name>/callback`. */
  name: string;
  clientId: string;
  clientSecret: string;
  /** `<issuer>/.well-known/openid-configuration`; asked when Gitea starts. */
  discoveryUrl: string;
}

/** Starts it; undefined when it is not on this machine (`npm run tools -- gitea`). */
export async function startGitea(options: GiteaOptions): Promise<Gitea | undefined> {
  const tool = toolFolder('gitea');
  if (!tool) return undefined;
  const { folder, signIn = [] } = options;
  const port = options.port ?? (await freePorts(1))[0] ?? 0;
  const url = `http://127.0.0.1:${port}`;
  const admin = { username: 'gitea-admin', password: 'for-the-test' };
  const command = join(tool, 'gitea');
  const config = join(folder, 'app.ini');
  const work = ['--work-path', folder, '--config', config];
  const env: Record<string, string> = { USER: userInfo().username, ...(await trustOf(options)) };
  const gitea = (args: string[]) =>
    run(command, [...args, ...work], { env: { PATH: process.env.PATH, HOME: folder, ...env }, cwd: folder });
  const isNew = await access(config).then(
    () => false,
    () => true,
  );
  if (isNew) {
    await mkdir(join(folder, 'repositories'));
    await writeFile(config, iniOf({ folder, url, port, assets: tool }), { mode: 0o600 });
    await gitea(['migrate']);
    const user = ['--username', admin.username, '--password', admin.password, '--email', 'admin@example.com'];
    await gitea(['admin', 'user', 'create', '--admin', '--must-change-password=false', ...user]);
    for (const source of signIn) await gitea(['admin', 'auth', 'add-oauth', ...sourceFlags(source)]);
  }
  const started = startProcess({ name: 'gitea', command, args: ['web', ...work], folder, env });
  await untilReady(started, READY_MS, async () => (await ask(`${url}/api/healthz`)).status === 200);
  const authorization = `Basic ${Buffer.from(`${admin.username}:${admin.password}`).toString('base64')}`;
  return {
    url,
    admin,
    process: started,
    async api(method, path, body) {
      const answer = await ask(`${url}/api/v1${path}`, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (answer.status > 299) throw new Error(`gitea: ${method} ${path}: ${answer.status} ${answer.body}`);
      return answer.body === '' ? undefined : JSON.parse(answer.body);
    },
    cloneUrl: repository =>
      `http://${admin.username}:${admin.password}@127.0.0.1:${port}/${admin.username}/${repository}.git`,
    stop: () => started.stop(),
  };
}

async function trustOf({ folder, trust }: GiteaOptions): Promise<Record<string, string>> {
  if (trust === undefined) return {};
  const file = join(folder, 'trusted.pem');
  await writeFile(file, trust);
  return { SSL_CERT_FILE: file };
}

function sourceFlags({ name, clientId, clientSecret, discoveryUrl }: OidcSource): string[] {
  return [
    `--name=${name}`,
    '--provider=openidConnect',
    `--key=${clientId}`,
    `--secret=${clientSecret}`,
    `--auto-discover-url=${discoveryUrl}`,
  ];
}

/** https://docs.gitea.com/administration/config-cheat-sheet */
function iniOf(at: { folder: string; url: string; port: number; assets: string }): string {
  const secret = () => randomBytes(32).toString('base64url');
  return `
RUN_USER = ${userInfo().username}
RUN_MODE = prod
${userInfo().uid === 0 ? 'I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true' : ''}
[server]
HTTP_ADDR = 127.0.0.1
HTTP_PORT = ${at.port}
ROOT_URL = ${at.url}/
DISABLE_SSH = true
OFFLINE_MODE = true
STATIC_ROOT_PATH = ${at.assets}
LFS_START_SERVER = false
[database]
DB_TYPE = sqlite3
PATH = ${join(at.folder, 'gitea.db')}
[repository]
ROOT = ${join(at.folder, 'repositories')}
[security]
INSTALL_LOCK = true
SECRET_KEY = ${secret()}
INTERNAL_TOKEN = ${secret()}
[oauth2]
JWT_SECRET = ${secret()}
[oauth2_client]
ENABLE_AUTO_REGISTRATION = true
USERNAME = preferred_username
[log]
LEVEL = Warn
[webhook]
ALLOWED_HOST_LIST = loopback
[session]
PROVIDER = memory
[metrics]
ENABLED = true
`;
}
