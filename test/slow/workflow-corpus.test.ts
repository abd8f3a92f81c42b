// Argo's example workflows in real pods: those whose images are on every machine. What needs another image or the
// internet is simulated in the capability's own test.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AnyObject } from '@slipway/api';
import {
  all,
  configMaps,
  type Example,
  endOf,
  INCOMPLETE,
  skip as missing,
  REFUSED,
  workflows,
} from '../../capabilities/workflows/technologies/argo-workflows/corpus.fixture.ts';
import { eventually, has, type Platform, startPlatform } from '../platform-process.ts';

const namespace = 'team-default';
const skip =
  missing || ((await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine');
/** The builder and the pods have these without a registry. */
const HERE = /^(busybox|alpine(:.*)?|node(:.*)?)$/;
const ELSEWHERE: [RegExp, string][] = [
  [/^(arguments-artifacts|input-artifact-(git|http))\.yaml/, 'it downloads from the internet'],
  [/^k8s-patch-(merge-)?pod\.yaml/, 'it patches its own pod, and resource templates run without one here'],
  [/^(k8s-resource-log-selector|resource-flags)\.yaml/, 'its kind is not installed'],
  [/^dns-config\.yaml/, 'pods here refuse nameservers of their own, by name'],
  [/^variables-showcase\.yaml/, 'it needs a busybox with httpd'],
  [
    /^(secrets|volumes-existing|workflow-of-workflows)\.yaml/,
    'it expects an object that the corpus does not hold',
  ],
];

/** Why an example is not run here. */
function reasonNot({ file, object }: Example): string | false {
  const images = [...JSON.stringify(object).matchAll(/"image":"([^"]*)"/g)].map(([, image = '']) =>
    image.trim(),
  );
  const foreign = images.find(image => !HERE.test(image));
  if (foreign) return `the image ${foreign} is not here`;
  if (REFUSED[file] || INCOMPLETE[file]) return 'it is refused, which needs no pods';
  if (endOf({ file, object }) === 'Running') return 'it does not end by itself';
  if (object.metadata.labels?.['workflows.argoproj.io/no-test'] === 'duration') return 'it takes minutes';
  return ELSEWHERE.find(([files]) => files.test(file))?.[1] ?? false;
}

describe('example workflows of Argo in real pods', { skip, concurrency: 6 }, () => {
  let platform: Platform;
  before(async () => {
    platform = await startPlatform();
    const create = (object: object) =>
      platform.kubectl(['create', '--filename', '-'], JSON.stringify(object));
    for (const [name, data] of Object.entries(configMaps))
      await create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data });
    // As in upstream's own tests, resource templates may do what they say.
    const account = `--serviceaccount=${namespace}:default`;
    await platform.kubectl([
      'create',
      'clusterrolebinding',
      'corpus',
      '--clusterrole=cluster-admin',
      account,
    ]);
    for (const { object } of all)
      if (/WorkflowTemplate$/.test(object.kind)) await create(placed(object as unknown as AnyObject));
  });
  after(() => platform?.stop());

  for (const example of workflows) {
    const { file, object } = example;
    it(`${file} ends ${endOf(example)}`, { skip: reasonNot(example) }, async () => {
      const made = await platform.kubectl(
        ['create', '--filename', '-', '--output', 'name'],
        JSON.stringify(placed(object as unknown as AnyObject)),
      );
      const name = made.trim().split('/')[1] ?? '';
      const status = await eventually(`${file} ends`, 170_000, async () => {
        const text = await platform.kubectl([
          'get',
          'workflow',
          name,
          '--namespace',
          namespace,
          '--output',
          'json',
        ]);
        const { status } = JSON.parse(text) as { status?: { phase?: string; message?: string } };
        return /^(Succeeded|Failed|Error)$/.test(status?.phase ?? '') ? status : undefined;
      });
      assert.equal(status?.phase, endOf(example), JSON.stringify(status).slice(0, 2_000));
    });
  }
});

function placed(object: AnyObject): AnyObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}
