// Vault's real core and API as a plain process, with its data in a folder of the test; unsealed by its one key.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, freePorts, type PlainProcess, startProcess, untilReady } from '../plain-process.ts';
import { toolFolder } from './cache.ts';

const READY_MS = 30_000;

export interface Vault {
  url: string;
  /** The first token, which may do everything. */
  token: string;
  process: PlainProcess;
  /** Asks its API with that token: a path below `/v1`. Rejects when it does not answer 2xx. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  stop(): Promise<void>;
}

interface Keys {
  keys_base64: string[];
  root_token: string;
}

/** A second start on the same folder finds its data again. Undefined when it is not on this machine. */
export async function startVault(folder: string): Promise<Vault | undefined> {
  const tool = toolFolder('vault');
  if (!tool) return undefined;
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const storage = join(folder, 'vault-data');
  await mkdir(storage, { recursive: true });
  const started = startProcess({
    name: 'vault',
    command: join(tool, 'vault'),
    args: [`--address=127.0.0.1:${port}`, `--storage=${storage}`],
    folder,
  });
  const call = async <T>(method: string, path: string, body?: unknown, token = ''): Promise<T> => {
    const answer = await ask(`${url}/v1${path}`, {
      method,
      headers: { 'x-vault-request': 'true', ...(token ? { 'x-vault-token': token } : {}) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.status > 299) throw new Error(`vault: ${method} ${path}: ${answer.status} ${answer.body}`);
    return answer.body === '' ? (undefined as T) : JSON.parse(answer.body);
  };
  const health = async () => (await ask(`${url}/v1/sys/health`)).status;
  // 501: not initialized yet; 503: sealed.
  await untilReady(started, READY_MS, async () => [501, 503].includes(await health()));
  const file = join(folder, 'vault-keys.json');
  if ((await health()) === 501) {
    const made = await call<Keys>('PUT', '/sys/init', { secret_shares: 1, secret_threshold: 1 });
    await writeFile(file, JSON.stringify(made), { mode: 0o600 });
  }
  const keys = JSON.parse(await readFile(file, 'utf8')) as Keys;
  await call('PUT', '/sys/unseal', { key: keys.keys_base64[0] });
  await untilReady(started, READY_MS, async () => (await health()) === 200);
  return {
    url,
    token: keys.root_token,
    process: started,
    api: (method, path, body) => call(method, path, body, keys.root_token),
    stop: () => started.stop(),
  };
}
