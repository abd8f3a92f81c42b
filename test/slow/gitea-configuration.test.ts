// What a pod of Gitea does when it starts, with the real Gitea: settings from the environment, then `configure.sh`.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { gitea } from '@slipway/source/technologies/gitea';
import { manifests } from '../../capabilities/source/technologies/gitea/manifests.ts';
import { ask, freePorts, startProcess, untilReady } from '../plain-process.ts';
import { noTools, toolFolder } from '../tools/cache.ts';
import { madeOf } from '../upstream-settings.ts';

const run = promisify(execFile);
const READY_MS = 60_000;
const skip = noTools('gitea');
const folder = await mkdtemp(join(tmpdir(), 'slipway-gitea-'));
after(() => rm(folder, { recursive: true, force: true }));

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}
type Container = { name: string; env: Variable[] };

/** Stands in for Secrets: text of a length that each of Gitea's keys may have. */
function secretOf(name: string, key: string): string {
  return key === 'username' ? 'platform-admin' : `${name}-${key}-`.padEnd(43, 'A').replaceAll('-', 'B');
}

/** The environment of `configure`, with Secrets filled in. */
function environment(): Record<string, string> {
  const patch = madeOf(gitea).patches.find(({ target }) => target.kind === 'Deployment');
  const spec = patch?.merge?.spec as { template: { spec: { initContainers: Container[] } } };
  const variables = spec.template.spec.initContainers.find(({ name }) => name === 'configure')?.env ?? [];
  return Object.fromEntries(
    variables.map(({ name, value, valueFrom }) => {
      const from = valueFrom?.secretKeyRef;
      return [name, from ? secretOf(from.name, from.key) : (value ?? '')];
    }),
  );
}

/** Discovery, and nothing else: Gitea asks for it when a sign-in source is made. */
async function startIssuer() {
  const server = createServer((_request, response) => {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const at = (path: string) => `${issuer}/${path}`;
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        issuer,
        authorization_endpoint: at('authorize'),
        token_endpoint: at('token'),
        userinfo_endpoint: at('userinfo'),
        jwks_uri: at('keys'),
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      }),
    );
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a pod of Gitea makes itself what the platform says, each time it starts', { skip }, async () => {
  const tool = toolFolder('gitea') ?? '';
  const command = join(tool, 'gitea');
  const config = join(folder, 'app.ini');
  const [port = 0] = await freePorts(1);
  const issuer = await startIssuer();
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    USER: userInfo().username,
    GITEA_WORK_DIR: folder,
    ...environment(),
    OIDC_ISSUER: issuer,
    GITEA__server__HTTP_PORT: String(port),
    GITEA__server__STATIC_ROOT_PATH: tool,
    GITEA__database__PATH: join(folder, 'gitea.db'),
  };
  const unsafe = userInfo().uid === 0 ? 'I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true\n' : '';
  await writeFile(config, `RUN_USER = ${env.USER}\n${unsafe}`, { mode: 0o600 });
  // As the image's own start does.
  await run(command, ['config', 'edit-ini', '--in-place', '--apply-env', '--config', config], { env });
  await writeFile(join(folder, 'configure.sh'), scriptFor(command, config));
  for (const _start of ['first', 'second']) await run('/bin/sh', [join(folder, 'configure.sh')], { env });

  const { stdout } = await run(command, ['--config', config, 'admin', 'auth', 'list'], { env });
  assert.match(stdout, /^1\s+slipway\s+OAuth2\s+true$/m);
  assert.doesNotMatch(stdout, /^2\s/m, 'the second start changed the source of the first');
  const url = `http://127.0.0.1:${port}`;
  const started = startProcess({ name: 'gitea', command, args: ['--config', config, 'web'], folder, env });
  after(() => started.stop());
  await untilReady(started, READY_MS, async () => (await ask(`${url}/api/healthz`)).status === 200);
  const begun = await fetch(`${url}/user/oauth2/slipway`, { redirect: 'manual' });
  const target = new URL(begun.headers.get('location') ?? '');
  const wish = madeOf(gitea).wishes.find(each => each.contract === 'sign-in');
  assert.equal(target.origin, issuer);
  assert.deepEqual([target.searchParams.get('redirect_uri')], wish?.contract === 'sign-in' && wish.redirects);
  assert.equal((await ask(`${url}/api/v1/version`)).status, 403, 'nobody reads without signing in');
  const authorization = `Basic ${btoa(`platform-admin:${secretOf('gitea-admin', 'password')}`)}`;
  assert.equal((await fetch(`${url}/api/v1/user`, { headers: { authorization } })).status, 200);
});

function scriptFor(command: string, config: string): string {
  const { items } = JSON.parse(manifests('1.26.4')) as {
    items: { kind: string; data?: Record<string, string> }[];
  };
  const script = items.find(({ kind }) => kind === 'ConfigMap')?.data?.['configure.sh'] ?? '';
  return script.replaceAll('/usr/local/bin/gitea', command).replaceAll('/etc/gitea/app.ini', config);
}
