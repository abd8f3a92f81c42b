// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written so.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { portalHandler } from '../engine.ts';
import { type PortalStage, stagePortal } from '../portal.fixture.ts';
import { tokenFor } from './token.fixture.ts';

let stage: PortalStage;
let server: Server;
let url: string;
let token: string;

before(async () => {
  stage = await stagePortal();
  const handler = portalHandler(stage.state);
  server = createServer((request, response) => void handler(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/scaffolder/v2/dry-run`;
  token = await tokenFor(stage, 'author', [
    { apiGroups: ['slipway.dev'], resources: ['templateruns'], verbs: ['create'] },
  ]);
});
after(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  await stage.stop();
});

interface Answer {
  status: number;
  body: {
    log: { body: { message: string; stepId: string } }[];
    directoryContents: { path: string; base64Content: string; executable: boolean }[];
    output: { links: { url: string }[] };
    errors?: { property: string; message: string }[];
    error?: { message: string };
  };
}

async function dryRun(body: object, as = token): Promise<Answer> {
  const headers = { authorization: `Bearer ${as}` };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const template = (steps: object[]) => ({
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: { name: 'tried' },
  spec: {
    type: 'service',
    parameters: { required: ['name'], properties: { name: { type: 'string', pattern: '^[a-z]+$' } } },
    steps,
    output: { links: [{ title: 'Repository', url: '${{ steps.publish.output.remoteUrl }}' }] },
  },
});
const steps = [
  {
    id: 'files',
    action: 'fetch:template',
    input: { url: './skeleton', values: { name: '${{ parameters.name }}' } },
  },
  {
    id: 'publish',
    action: 'publish:gitea',
    input: { repoUrl: 'git.slipway.internal?owner=default&repo=${{ parameters.name }}' },
  },
];
const encoded = (text: string) => Buffer.from(text).toString('base64');
const directoryContents = [
  { path: 'skeleton/${{values.name}}.txt', base64Content: encoded('I am ${{ values.name }}') },
];

test('Backstage’s dry run gives files, log and output, and makes nothing', async () => {
  const calls = stage.git.calls.length;
  const { status, body } = await dryRun({
    template: template(steps),
    values: { name: 'shop' },
    directoryContents,
  });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.directoryContents, [
    { path: 'shop.txt', executable: false, base64Content: encoded('I am shop') },
  ]);
  assert.ok(body.log.some(({ body: line }) => line.message === 'would create default/shop with 1 files'));
  assert.equal(body.output.links[0]?.url, 'https://git.slipway.internal/default/shop.git');
  assert.equal(stage.git.calls.length, calls, 'the Git server was not asked');
});

test('a dry run’s mistakes: values as Backstage’s editor shows them, others as an error', async () => {
  const wrong = await dryRun({ template: template(steps), values: { name: 'Shop' }, directoryContents });
  assert.equal(wrong.status, 400);
  assert.deepEqual(
    wrong.body.errors?.map(({ property }) => property),
    ['instance.name'],
  );
  const unknown = await dryRun({
    template: template([{ id: 'a', action: 'nothing:like' }]),
    values: { name: 'a' },
  });
  assert.equal(unknown.status, 400);
  assert.match(unknown.body.error?.message ?? '', /unknown action "nothing:like"/);
  const outside = await dryRun({
    template: template(steps),
    values: { name: 'a' },
    directoryContents: [{ path: '../../x', base64Content: '' }],
  });
  assert.match(outside.body.error?.message ?? '', /a path inside the workspace is allowed/);
});

test('a dry run asks for the right to run templates for that team', async () => {
  const stranger = await tokenFor(stage, 'stranger', []);
  const { status } = await dryRun({ template: template(steps), values: { name: 'a' } }, stranger);
  assert.equal(status, 403);
});
