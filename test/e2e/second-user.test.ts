// A second user without rights is refused at every door, one test for each capability; a member of the team is not.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, has, type Platform, run, startPlatform } from '../platform-process.ts';

const skip = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
let platform: Platform;
let stranger: string;

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  await platform.cli(['service', 'create', '--name', 'shop', '--wait']);
  stranger = await person('eve', []);
});
after(() => platform?.stop());

/** Makes a user and a token for it. */
async function person(name: string, groups: string[]): Promise<string> {
  const user = {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'User',
    metadata: { name },
    spec: { groups },
  };
  await platform.kubectl(['apply', '-f', '-'], JSON.stringify(user));
  return (await platform.json<{ token: string }>(['token', 'create', '--user', name])).token;
}

async function as(token: string, args: string[], input?: string): Promise<string> {
  const config = JSON.parse(await readFile(platform.report.kubeconfig, 'utf8'));
  config.users[0].user = { token };
  const path = join(platform.home, 'person.kubeconfig');
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return platform.kubectl(['--kubeconfig', path, ...args], input);
}

function status(host: string, path: string, token: string): Promise<number> {
  const { host: domain } = new URL(platform.report.portal);
  return platform
    .fetch(`https://${host === '' ? '' : `${host}.`}${domain}${path}`, { authorization: `Bearer ${token}` })
    .then(answer => answer.status);
}

test('the API knows who the token belongs to', { skip }, async () => {
  assert.match(await as(stranger, ['auth', 'whoami']), /eve/);
});

const forbidden: { capability: string; args: string[]; because: string }[] = [
  { capability: 'compute', args: ['get', 'pods', '-n', 'default-dev'], because: 'pods of another team' },
  { capability: 'compute', args: ['get', 'secrets', '-A'], because: 'secrets of everybody' },
  {
    capability: 'delivery',
    args: ['get', 'applications.argoproj.io', '-n', 'team-default'],
    because: 'what is delivered',
  },
  {
    capability: 'delivery',
    args: ['delete', 'workload', 'shop', '-n', 'team-default'],
    because: 'another team’s service',
  },
  {
    capability: 'workflows',
    args: ['get', 'workflows.argoproj.io', '-n', 'team-default'],
    because: 'pipelines',
  },
  {
    capability: 'network',
    args: ['get', 'httproutes.gateway.networking.k8s.io', '-n', 'default-dev'],
    because: 'routes',
  },
  {
    capability: 'certificates',
    args: ['get', 'certificates.cert-manager.io', '-n', 'default-dev'],
    because: 'certificates',
  },
  {
    capability: 'artifacts',
    args: ['get', 'builds.artifacts.slipway.dev', '-n', 'team-default'],
    because: 'builds',
  },
  {
    capability: 'source',
    args: ['get', 'repositories.source.slipway.dev', '-n', 'team-default'],
    because: 'repositories',
  },
  { capability: 'identity', args: ['get', 'users.identity.slipway.dev'], because: 'people' },
  {
    capability: 'definition',
    args: ['delete', 'platforms.slipway.dev', 'slipway', '--dry-run=server'],
    because: 'the definition',
  },
];
for (const { capability, args, because } of forbidden) {
  test(`${capability}: kubectl ${args.join(' ')} is forbidden: ${because}`, { skip }, async () => {
    await assert.rejects(as(stranger, args), /Forbidden|forbidden/);
  });
}

test('catalog: a template run in another team’s name is forbidden', { skip }, async () => {
  const templateRun = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { name: 'theirs', namespace: 'team-default' },
    spec: { template: 'node-service', values: { name: 'theirs' } },
  };
  await assert.rejects(as(stranger, ['create', '-f', '-'], JSON.stringify(templateRun)), /forbidden/i);
});

test('source: git refuses the repository', { skip }, async () => {
  const { host } = new URL(platform.report.portal);
  const basic = Buffer.from(`eve:${stranger}`).toString('base64');
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: platform.home,
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  const args = [
    '-c',
    `http.sslCAInfo=${platform.report.ca}`,
    'ls-remote',
    `https://git.${host}/default/shop.git`,
  ];
  await assert.rejects(run('git', args, { env }), /403|404|not found|denied|forbidden/i);
});

const doors: { capability: string; host: string; path: string }[] = [
  { capability: 'source', host: 'git', path: '/api/v1/repos/default/shop' },
  { capability: 'artifacts', host: 'registry', path: '/v2/default/shop/tags/list' },
  { capability: 'workflows', host: 'workflows', path: '/api/v1/workflows/team-default' },
  { capability: 'identity', host: 'id', path: '/admin/realms/slipway/users' },
];
for (const { capability, host, path } of doors) {
  test(`${capability}: GET ${path} refuses a stranger and a wrong token`, { skip }, async () => {
    assert.ok([401, 403, 404].includes(await status(host, path, stranger)), 'a stranger');
    assert.equal(await status(host, path, 'slp_wrong_token'), 401, 'a wrong token');
  });
}

test('a member of the team may, at once; removed, may not', { skip }, async () => {
  const member = await person('ada', []);
  await platform.kubectl([
    'patch',
    'team',
    'default',
    '--type=merge',
    '-p',
    '{"spec":{"members":["user:ada"]}}',
  ]);
  await eventually('ada may read the team’s repositories', 15_000, async () =>
    (await as(member, ['get', 'repositories.source.slipway.dev', '-n', 'team-default'])).includes('shop')
      ? true
      : undefined,
  );
  assert.equal(await status('git', '/api/v1/repos/default/shop', member), 200);
  await platform.kubectl(['patch', 'team', 'default', '--type=merge', '-p', '{"spec":{"members":[]}}']);
  await eventually('ada is out', 15_000, async () =>
    (await status('git', '/api/v1/repos/default/shop', member)) === 200 ? undefined : true,
  );
});

test('a disabled user is out everywhere', { skip }, async () => {
  const token = await person('bob', ['platform-admins']);
  await eventually('bob is in', 15_000, async () =>
    (await status('git', '/api/v1/repos/default/shop', token)) === 200 ? true : undefined,
  );
  await platform.kubectl([
    'patch',
    'user.identity.slipway.dev',
    'bob',
    '--type=merge',
    '-p',
    '{"spec":{"disabled":true}}',
  ]);
  await eventually('bob is out', 15_000, async () =>
    (await status('git', '/api/v1/repos/default/shop', token)) === 401 ? true : undefined,
  );
  await assert.rejects(as(token, ['get', 'nodes']), /Unauthorized|must be logged in/i);
});
