// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written so.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Secret, Template, TemplateRun, Workload } from '@slipway/kinds';
import { eventually, type PortalStage, stagePortal } from '../portal.fixture.ts';
import { CANCEL } from './cancel.ts';
import { RETRY, UNDO } from './reconcile.ts';
import { keepSecrets } from './secrets.ts';

let stage: PortalStage;
before(async () => {
  stage = await stagePortal();
});
after(() => stage.stop());

const namespace = 'team-default';

async function start(name: string, steps: object[], spec: object = {}, more: object = {}): Promise<void> {
  const { client } = stage;
  await client.create(Template, {
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    kind: 'Template',
    metadata: {
      namespace: 'default',
      name,
      annotations: { 'backstage.io/managed-by-location': 'url:shipped:node-service' },
    },
    spec: { type: 'service', steps: steps as Template['spec']['steps'], ...more },
  });
  await client.create(TemplateRun, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { namespace, name },
    spec: { template: name, values: {}, ...spec },
  });
}

function reaches(name: string, phase: string) {
  return eventually(`${name} is ${phase}`, async () => {
    const run = await stage.client.get(TemplateRun, { namespace, name });
    return run.status?.phase === phase && run;
  });
}

function ask(name: string, annotation: string, value = '1') {
  const body = { metadata: { annotations: { [annotation]: value } } };
  return stage.client.patch(TemplateRun, { namespace, name }, { type: 'merge', body });
}

const files = {
  id: 'files',
  action: 'fetch:template',
  input: { url: './skeleton', values: { name: 'x', owner: 'default', description: '' } },
};
const publish = (repo: string) => ({
  id: 'publish',
  action: 'publish:gitea',
  input: { repoUrl: `git.slipway.internal?owner=default&repo=${repo}` },
});
const service = (name: string) => ({
  id: 'service',
  action: 'slipway:workload:create',
  input: { name, owner: 'default' },
});

test('cancel ends what a step waits for; what was made goes again', async () => {
  await start('cancelled', [files, publish('cancelled'), { action: 'debug:wait', input: { minutes: 5 } }]);
  await eventually(
    'it waits',
    async () =>
      (await stage.client.get(TemplateRun, { namespace, name: 'cancelled' })).status?.steps?.[2]?.phase ===
      'Running',
  );
  assert.ok(stage.git.repositories.has('default/cancelled'));
  await ask('cancelled', CANCEL);
  const run = await reaches('cancelled', 'Cancelled');
  assert.match(run.status?.message ?? '', /was cancelled/);
  assert.equal(stage.git.repositories.has('default/cancelled'), false);
  assert.deepEqual(run.status?.inventory, []);
});

test('a run that is deleted while it runs ends, and leaves nothing', async () => {
  const { client, git } = stage;
  await start('deleted', [files, publish('deleted'), { action: 'debug:wait', input: { minutes: 5 } }]);
  await eventually(
    'it waits',
    async () =>
      (await client.get(TemplateRun, { namespace, name: 'deleted' })).status?.steps?.[2]?.phase === 'Running',
  );
  await client.delete(TemplateRun, { namespace, name: 'deleted' });
  await eventually('its repository goes', async () => !git.repositories.has('default/deleted'));
});

test('a run that keeps what it made is retried from the step that failed, and undone on demand', async () => {
  const { client, git } = stage;
  const taken = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: { namespace, name: 'kept' },
    spec: { repository: 'elsewhere' },
  };
  await client.create(Workload, taken);
  await start('kept', [files, publish('kept'), service('kept')], { onFailure: 'keep' });
  const failed = await reaches('kept', 'Failed');
  assert.match(failed.status?.message ?? '', /Workload "kept" exists already.*what it made is kept/);
  assert.ok(git.repositories.has('default/kept'));
  await client.delete(Workload, { namespace, name: 'kept' });
  await ask('kept', RETRY);
  const run = await reaches('kept', 'Succeeded');
  assert.equal(git.calls.filter(call => call === 'POST /repos/default/kept/contents').length, 1);
  assert.deepEqual(
    run.status?.inventory?.map(({ kind }) => kind),
    ['Repository', 'Workload'],
  );
  await ask('kept', UNDO);
  const undone = await reaches('kept', 'Undone');
  assert.deepEqual(undone.status?.inventory, []);
  assert.equal(git.repositories.has('default/kept'), false);
  assert.equal(await client.find(Workload, { namespace, name: 'kept' }), undefined);
});

test('undo leaves what somebody else has put in the place of what the run made', async () => {
  const { client } = stage;
  await start('replaced', [service('replaced')]);
  await reaches('replaced', 'Succeeded');
  await client.delete(Workload, { namespace, name: 'replaced' });
  await eventually('it is gone', async () => !(await client.find(Workload, { namespace, name: 'replaced' })));
  await client.create(Workload, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: { namespace, name: 'replaced' },
    spec: { repository: 'mine' },
  });
  await ask('replaced', UNDO);
  await reaches('replaced', 'Undone');
  assert.equal((await client.get(Workload, { namespace, name: 'replaced' })).spec.repository, 'mine');
});

test('secrets of a form reach expressions, and nothing that is stored', async () => {
  const { client } = stage;
  const secrets = await keepSecrets(client, {
    namespace,
    name: 'hush',
    secrets: { token: 'correct-horse-battery' },
  });
  assert.ok(secrets);
  const steps = [
    { id: 'a', action: 'debug:log', input: { message: 'it is ${{ secrets.token }}.' } },
    {
      id: 'b',
      action: 'roadiehq:utils:serialize:json',
      input: { data: { x: '${{ secrets.token }}', n: '${{ secrets.token | length }}' } },
    },
  ];
  const output = { text: [{ title: 'token', content: '${{ secrets.token }}' }] };
  await start('hush', steps, { secrets }, { output });
  const run = await reaches('hush', 'Succeeded');
  assert.deepEqual(run.status?.steps?.[0]?.log, ['it is ***.']);
  assert.match(String(run.status?.steps?.[1]?.output?.serialized), /"n": 21/);
  assert.doesNotMatch(JSON.stringify(run), /correct-horse/);
  await eventually('the Secret goes', async () => !(await client.find(Secret, { namespace, name: secrets })));
});

test('each takes lists and maps; steps see what went before', async () => {
  const steps = [
    {
      id: 'list',
      each: ['a', 'b'],
      action: 'roadiehq:utils:serialize:json',
      input: { data: '${{ each.key }}${{ each.value }}' },
    },
    {
      id: 'map',
      each: { x: 1, y: 2 },
      action: 'roadiehq:utils:serialize:json',
      input: { data: '${{ each.key }}=${{ each.value }}' },
    },
    { id: 'none', if: '${{ [] }}', action: 'debug:log', input: { message: 'never' } },
    { id: 'log', action: 'debug:log', input: { message: '${{ steps.list.output.serialized | join("+") }}' } },
  ];
  await start('each', steps);
  const run = await reaches('each', 'Succeeded');
  assert.deepEqual(run.status?.steps?.[1]?.output, { serialized: ['"x=1"', '"y=2"'] });
  assert.equal(run.status?.steps?.[2]?.phase, 'Skipped');
  assert.deepEqual(run.status?.steps?.[3]?.log, ['"0a"+"1b"']);
});

test('an unknown action or filter is refused before the first step', async () => {
  await start('unknown', [
    files,
    publish('unknown'),
    { id: 'last', action: 'catalog:registr', input: { message: '${{ 1 | lowr }}' } },
  ]);
  const run = await reaches('unknown', 'Failed');
  assert.match(
    run.status?.message ?? '',
    /step "last": unknown action "catalog:registr"; did you mean "catalog:register"\?.*unknown filter "lowr"; did you mean "lower"/,
  );
  assert.equal(stage.git.repositories.has('default/unknown'), false);
  const ready = await eventually('the template says so itself', async () => {
    const { status } = await stage.client.get(Template, { namespace: 'default', name: 'unknown' });
    return status?.conditions?.find(({ type }) => type === 'Ready');
  });
  assert.deepEqual([ready.status, ready.reason], ['False', 'UnknownAction']);
  const shipped = await eventually('the shipped one is ready', async () => {
    const { status } = await stage.client.get(Template, { namespace: 'default', name: 'node-service' });
    return status?.conditions?.find(({ type }) => type === 'Ready');
  });
  assert.equal(shipped.status, 'True');
});
