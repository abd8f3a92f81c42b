// Pipelines are governed: without the steps a policy names nothing is delivered, and who lacks one is told what to add.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { eventually, has, type Platform, slipway, startPlatform } from '../platform-process.ts';

const skip = (await has('kubectl', ['version', '--client'])) ? false : 'kubectl is not on this machine';
const PIPELINE = '.slipway/pipeline.yaml';
const POLICY = {
  apiVersion: 'slipway.dev/v1alpha1',
  kind: 'PipelinePolicy',
  metadata: { name: 'tested' },
  spec: {
    description: 'What goes live was tested and built here.',
    selects: { templates: ['node-service'], languages: ['node'] },
    steps: [{ name: 'test', because: 'nobody tests in production' }, { action: 'image-build' }],
  },
};

let platform: Platform;
let clone: string;
let original: string;

interface Status {
  revision: string;
  conditions: { type: string; reason: string; message: string; status: string }[];
  policies: { policy: string; verdict: string; message?: string }[];
  environments: { name: string; revision?: string }[];
}

const apply = (object: object) => platform.kubectl(['apply', '-f', '-'], JSON.stringify(object));

async function statusOfShop(): Promise<Status> {
  return JSON.parse(await platform.kubectl(['get', 'workload', 'shop', '-n', 'team-default', '-o', 'json']))
    .status;
}

/** Pushes files and gives the service's status once it has seen them and the predicate holds. */
async function push(
  files: Record<string, string>,
  holds: (status: Status) => boolean,
): Promise<{ revision: string; status: Status }> {
  for (const [path, text] of Object.entries(files)) await writeFile(join(clone, path), text);
  await platform.git(['add', '--all'], clone);
  await platform.git(['commit', '--quiet', '--allow-empty', '--message', 'change'], clone);
  await platform.git(['push', '--quiet'], clone);
  const revision = (await platform.git(['rev-parse', 'HEAD'], clone)).trim();
  const status = await eventually('the service has seen it', 40_000, async () => {
    const now = await statusOfShop();
    return now.revision === revision && holds(now) ? now : undefined;
  });
  return { revision, status };
}

const withoutTest = () => original.replace(/ *- - name: test\n +template: test\n/, '');
const refused = ({ conditions }: Status) => conditions.some(({ reason }) => reason === 'PolicyNotMet');
const messageOf = ({ conditions }: Status) =>
  conditions.find(({ reason }) => reason === 'PolicyNotMet')?.message ?? '';
const delivered = (revision: string) => (status: Status) => status.environments[0]?.revision === revision;

before(async () => {
  if (skip) return;
  platform = await startPlatform();
  await apply(POLICY);
  const shop = await platform.json<{ repository: string }>(['service', 'create', '--name', 'shop', '--wait']);
  clone = join(platform.home, 'shop');
  await platform.git(['clone', '--quiet', shop.repository, clone]);
  original = await readFile(join(clone, PIPELINE), 'utf8');
});
after(() => platform?.stop());

test('a golden path’s pipeline meets the policy, and goes live', { skip }, async () => {
  const { policies } = await statusOfShop();
  assert.deepEqual(policies, [{ policy: 'tested', verdict: 'Met' }]);
  await eventually('the policy knows whom it governs', 10_000, async () =>
    /default\/shop +Met/.test((await platform.cli(['policy', 'show', 'tested'])).stdout) ? true : undefined,
  );
});

test('a pipeline without the step does not even start, and the message says what to add', {
  skip,
}, async () => {
  const before = (await statusOfShop()).environments[0]?.revision;
  const without = withoutTest();
  assert.ok(!/- - name: test/.test(without), without);
  const { revision, status } = await push({ [PIPELINE]: without }, refused);
  assert.match(messageOf(status), /policy tested: a step "test" is asked for \(nobody tests in production\)/);
  assert.match(messageOf(status), /add to \.slipway\/pipeline\.yaml:\n- - name: test/);
  assert.equal(status.environments[0]?.revision, before, 'what ran goes on running');
  const runs = await platform.kubectl(['get', 'workflows', '-n', 'team-default', '-o', 'name']);
  assert.ok(!runs.includes(revision.slice(0, 10)), 'no pipeline was started');
  await eventually('the policy knows who lacks what', 10_000, async () => {
    const { code, stdout } = await slipway(['policy', 'show', 'tested'], platform.home);
    return code === 3 && /default\/shop +NotMet/.test(stdout) ? true : undefined;
  });
});

test('a condition that skips the step, or a failure that is ignored, is refused by its name', {
  skip,
}, async () => {
  const when = original.replace(/( +)template: test\n/, '$1template: test\n$1when: "false"\n');
  assert.match(messageOf((await push({ [PIPELINE]: when }, refused)).status), /runs only when "false"/);
  const careless = original.replace(
    /( +)template: test\n/,
    '$1template: test\n$1continueOn: { failed: true }\n',
  );
  const { status } = await push({ [PIPELINE]: careless }, each => /continueOn/.test(messageOf(each)));
  assert.match(messageOf(status), /step test may fail \(continueOn\)/);
});

test('a run made by hand under the pipeline’s name proves nothing', { skip }, async () => {
  await writeFile(join(clone, PIPELINE), original);
  await platform.git(['add', '--all'], clone);
  await platform.git(['commit', '--quiet', '--message', 'right again'], clone);
  const revision = (await platform.git(['rev-parse', 'HEAD'], clone)).trim();
  const name = `shop-${revision.slice(0, 10)}`;
  const labels = { 'slipway.dev/workload': 'shop' };
  const metadata = { name, namespace: 'team-default', labels };
  const parameters = [{ name: 'revision', value: revision }];
  const templates = [
    { name: 'main', steps: [[{ name: 'test', template: 'test' }]] },
    { name: 'test', suspend: { duration: '0' } },
  ];
  const spec = { entrypoint: 'main', arguments: { parameters }, templates };
  await platform.kubectl(
    ['create', '-f', '-'],
    JSON.stringify({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow', metadata, spec }),
  );
  await platform.git(['push', '--quiet'], clone);
  const status = await eventually('it is refused', 40_000, async () => {
    const now = await statusOfShop();
    return now.revision === revision && /was written by/.test(messageOf(now)) ? now : undefined;
  });
  assert.match(messageOf(status), /was written by local-admin.*delete it, and it is started again/);
  await platform.kubectl(['delete', 'workflow', name, '-n', 'team-default']);
  await eventually('the platform’s own run delivers it', 60_000, async () =>
    delivered(revision)(await statusOfShop()) ? true : undefined,
  );
});

test('an exception lets one service through until its end, with its owner and reason', { skip }, async () => {
  const without = withoutTest();
  const { revision } = await push({ [PIPELINE]: without }, refused);
  const exception = (until: string) =>
    apply({
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'PolicyException',
      metadata: { name: 'shop-moves' },
      spec: {
        policy: 'tested',
        service: 'default/shop',
        owner: 'ann',
        reason: 'moves to other tests',
        until,
      },
    });
  const soon = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '');
  await exception(soon);
  const status = await eventually('it is delivered', 60_000, async () => {
    const now = await statusOfShop();
    return delivered(revision)(now) ? now : undefined;
  });
  assert.match(status.policies[0]?.message ?? '', /excepted until .* by ann: moves to other tests/);
  await exception('2020-01-01T00:00:00Z');
  await push({ 'README.md': 'another revision\n' }, refused);
});
