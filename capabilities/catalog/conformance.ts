// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import { ConfigMap, Template, TemplateRun } from '@slipway/kinds';
import type { PortalGround } from './contract.ts';

const DEADLINE_MS = 30_000;

/** The suite that every portal technology passes. Call it once with a ground that stays up. */
export function portalConformance(name: string, ground: () => PortalGround): void {
  test(`${name}: steps run in order and hand their outputs over with their types`, async () => {
    const run = await runTemplate(ground(), {
      parameters: {
        required: ['name'],
        properties: { name: { type: 'string' }, count: { type: 'integer', default: 2 } },
      },
      steps: [
        {
          id: 'a',
          action: 'cnoe:utils:sanitize',
          input: { document: 'name: ${{ parameters.name }}\nempty: {}' },
        },
        {
          id: 'b',
          action: 'debug:log',
          input: { message: '${{ steps.a.output.sanitized }}', extra: '${{ parameters.count }}' },
        },
      ],
      output: { text: [{ title: 'made', content: '${{ parameters.name }}' }] },
    });
    assert.equal(run.status?.phase, 'Succeeded', run.status?.message);
    assert.deepEqual(run.status?.steps?.[1]?.log, ['name: demo\n', '2']);
    assert.deepEqual(run.status?.output?.text, [{ title: 'made', content: 'demo' }]);
  });

  test(`${name}: a wrong value ends the run before anything happens and names the field`, async () => {
    const run = await runTemplate(ground(), {
      parameters: { properties: { name: { type: 'string', pattern: '^x' } } },
      steps: [{ id: 'a', action: 'debug:log', input: { message: 'never' } }],
    });
    assert.equal(run.status?.phase, 'Failed');
    assert.match(run.status?.message ?? '', /values\.name: found "demo"/);
    assert.deepEqual(run.status?.steps ?? [], []);
  });

  test(`${name}: an unknown action ends the run before anything happens`, async () => {
    const run = await runTemplate(ground(), {
      steps: [
        { id: 'a', action: 'debug:log', input: { message: 'never' } },
        { id: 'b', action: 'publish:nowhere', input: {} },
      ],
    });
    assert.equal(run.status?.phase, 'Failed');
    assert.match(run.status?.message ?? '', /unknown action "publish:nowhere"/);
    assert.deepEqual(run.status?.inventory ?? [], []);
  });

  test(`${name}: what a failed run made is removed again`, async () => {
    const { client, namespace } = ground();
    const manifest = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: debris\n';
    const run = await runTemplate(ground(), {
      steps: [
        { id: 'make', action: 'cnoe:kubernetes-apply', input: { manifestString: manifest } },
        { id: 'fail', action: 'fs:rename', input: { files: [{ from: 'nothing', to: 'x' }] } },
      ],
    });
    assert.equal(run.status?.phase, 'Failed');
    assert.match(run.status?.message ?? '', /nothing: no such file/);
    assert.deepEqual(
      run.status?.steps?.map(({ phase }) => phase),
      ['Succeeded', 'Failed'],
    );
    assert.equal(await client.find(ConfigMap, { namespace, name: 'debris' }), undefined);
  });

  test(`${name}: if and each decide how often a step runs`, async () => {
    const run = await runTemplate(ground(), {
      steps: [
        {
          id: 'skipped',
          if: '${{ parameters.name === "other" }}',
          action: 'debug:log',
          input: { message: 'no' },
        },
        { id: 'many', each: ['x', 'y'], action: 'debug:log', input: { message: '${{ each.value }}' } },
      ],
    });
    assert.equal(run.status?.phase, 'Succeeded', run.status?.message);
    assert.deepEqual(
      run.status?.steps?.map(({ phase }) => phase),
      ['Skipped', 'Succeeded'],
    );
    assert.deepEqual(run.status?.steps?.[1]?.log, ['x', 'y']);
  });
}

let counter = 0;

/** Makes a template, runs it with `name: demo`, and waits for the end. */
async function runTemplate(
  ground: PortalGround,
  spec: Record<string, unknown>,
): Promise<Stored<TemplateRun>> {
  const { client, namespace } = ground;
  const name = `conformance-${counter++}`;
  await client.create(Template, {
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    kind: 'Template',
    metadata: { namespace: 'default', name },
    spec: { type: 'service', steps: [], ...spec } as Template['spec'],
  });
  await client.create(TemplateRun, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'TemplateRun',
    metadata: { namespace, name },
    spec: { template: name, values: { name: 'demo' } },
  });
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const run = await client.get(TemplateRun, { namespace, name });
    if (run.status?.phase === 'Succeeded' || run.status?.phase === 'Failed') return run;
    assert.ok(Date.now() < deadline, `run still ${run.status?.phase}: ${JSON.stringify(run.status)}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
