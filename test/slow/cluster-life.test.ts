// A platform's life on a real Kubernetes by the command line: apply, upgrade and back, doctor, a bundle, and its end.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  createRegistryClient,
  type Descriptor,
  type Digest,
  openBlobStore,
  parseReference,
} from '@slipway/oci';
import {
  startTestRegistry,
  type TestRegistry,
} from '../../capabilities/artifacts/technologies/oci-registry/testbed.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { backToObjects, objectsAtRest } from '../whole-cluster.ts';

const skip = noRealCluster();
const MAIN = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'src', 'main.ts');
const IMAGE = 'registry.example.com/acme/cache:1';
let cluster: RealCluster;
let folder: string;
let here: TestRegistry;
let there: TestRegistry;
let empty: string[] = [];

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-life-'));
  const rights = { identify: async () => ({ username: 'anyone', groups: [] }), allows: async () => true };
  [here, there] = await Promise.all([startTestRegistry({ rights }), startTestRegistry({ rights })]);
  await pushImage(here);
  await writeDefinition();
  const started = await realCluster();
  assert.ok(started);
  cluster = started;
  empty = await objectsAtRest(cluster.client());
});
after(async () => {
  await cluster?.stop();
  await here?.close();
  await there?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const GUIDANCE = 'purpose licence cncf maintenance chooseWhen avoidWhen switching homepage asOf'.split(' ');
const head = (kind: string, name: string) =>
  `apiVersion: slipway.dev/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n`;
const release = (version: string) => `apiVersion: apps/v1
kind: Deployment
metadata: { name: cache }
spec:
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache } }
    spec:
      securityContext: { runAsNonRoot: true, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: main
          image: ${IMAGE}
          env: [{ name: RELEASE, value: "${version}" }]
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } }
`;

/** One technology of one's own with two releases, and nothing else: no network is needed for it. */
async function writeDefinition(): Promise<void> {
  const files: Record<string, string> = {
    'acme/platform.yaml': `${head('Platform', 'acme')}  blueprint: ./ours\n  technologies: [./cache]\n  target: { kubernetes: {} }\n  domain: acme.example\n  appsDomain: apps.example\n`,
    'acme/ours/blueprint.yaml': `${head('Blueprint', 'ours')}  version: 1.0.0\n  purpose: a cache\n  platform: { capabilities: { data: cache } }\n`,
    'acme/cache/technology.yaml': `${head('Technology', 'cache')}  version: 1.0.0
  title: Cache
  capabilities: [data]
  guidance: { ${GUIDANCE.map(name => `${name}: none`).join(', ')} }
  upstream:
    namespace: cache
    releases:
      - { version: 2.0.0, form: manifests, parts: [{ folder: two }], breaking: [the port is another one] }
      - { version: 1.0.0, form: manifests, parts: [{ folder: one }] }
`,
    'acme/cache/one/cache.yaml': release('1.0.0'),
    'acme/cache/two/cache.yaml': release('2.0.0'),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

async function pushImage({ url }: TestRegistry): Promise<void> {
  const blobs = await openBlobStore(join(folder, 'blobs'));
  const put = async (mediaType: string, value: Uint8Array): Promise<Descriptor> => {
    const digest: Digest = `sha256:${createHash('sha256').update(value).digest('hex')}`;
    await blobs.write(
      (async function* () {
        yield value;
      })(),
      digest,
    );
    return { mediaType, digest, size: value.length };
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const layer = await put('application/vnd.oci.image.layer.v1.tar', Buffer.alloc(1024));
  const rootfs = { type: 'layers', diff_ids: [layer.digest] };
  const config = await put(
    'application/vnd.oci.image.config.v1+json',
    json({ architecture: 'amd64', os: 'linux', rootfs }),
  );
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const root = await put(mediaType, json({ schemaVersion: 2, mediaType, config, layers: [layer] }));
  const port = Number(new URL(url).port);
  const client = createRegistryClient({ endpoint: () => ({ host: '127.0.0.1', port, plain: true }) });
  await client.push(parseReference(IMAGE), root, { blobs });
  client.close();
}

interface Ran {
  code: number;
  out: string;
  said: string;
}

function slipway(args: string[], { cwd = 'acme', home = 'home' } = {}): Promise<Ran> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, home),
    XDG_CACHE_HOME: join(folder, home, 'cache'),
    XDG_CONFIG_HOME: join(folder, home, 'config'),
    KUBECONFIG: cluster.kubeconfig,
  };
  return new Promise(resolve => {
    execFile(process.execPath, [MAIN, ...args], { cwd: join(folder, cwd), env }, (error, out, said) => {
      resolve({ code: error ? Number(error.code) : 0, out, said });
    });
  });
}

async function succeeds(args: string[], where: { cwd?: string; home?: string } = {}): Promise<Ran> {
  const ran = await slipway(args, where);
  assert.equal(ran.code, 0, `slipway ${args.join(' ')}: ${ran.said}${ran.out}`);
  return ran;
}

async function container(): Promise<{ image: string; env: { value: string }[] }> {
  const text = await cluster.kubectl(['get', 'deployment', 'cache', '-n', 'cache', '-o', 'json']);
  return JSON.parse(text).spec.template.spec.containers[0];
}

async function lock(): Promise<string> {
  return readFile(join(folder, 'acme', 'slipway.lock'), 'utf8');
}

test('what stands in the way stops an apply, and doctor says the same', { skip }, async () => {
  await cluster.kubectl(['create', 'namespace', 'cache']);
  const doctor = await slipway(['doctor', '-f', 'platform.yaml', '-o', 'json']);
  assert.equal(doctor.code, 3, doctor.said);
  assert.match(doctor.out, /"check":"owner".*cache: Namespace cache/);
  const refused = await slipway(['apply', '-f', 'platform.yaml']);
  assert.equal(refused.code, 1);
  assert.match(
    refused.said,
    /nothing was changed: one thing stands in the way\n- an object is there already and managed by kubectl/,
  );
  await cluster.kubectl(['delete', 'namespace', 'cache']);
});

test('apply, doctor, and back to an older release by upgrade alone', { skip }, async () => {
  await succeeds(['apply', '-f', 'platform.yaml']);
  const doctor = await succeeds(['doctor', '-f', 'platform.yaml']);
  assert.match(doctor.out, /nothing stands in the way, and all that is there is ready/);
  await succeeds(['upgrade', 'cache', '--to', '1.0.0']);
  assert.match(await lock(), /cache:\n(.*\n)*? +version: 1\.0\.0/);
  assert.equal((await container()).env[0]?.value, '1.0.0');
  const dry = await succeeds(['upgrade', '--dry-run']);
  assert.match(
    dry.out,
    /cache: 1\.0\.0 → 2\.0\.0\n {2}could break \(2\.0\.0\): the port is another one\n {2}changed {2}Deployment cache\/cache/,
  );
  assert.equal((await container()).env[0]?.value, '1.0.0');
  await succeeds(['apply', '-f', 'platform.yaml']);
  assert.equal((await container()).env[0]?.value, '1.0.0');
  await succeeds(['upgrade']);
  assert.equal((await container()).env[0]?.value, '2.0.0');
});

test('a bundle carries it to a machine that has nothing: images by digest, in a registry of the site', {
  skip,
}, async () => {
  await succeeds(['bundle', 'create', '../acme.bundle', '--images-from', here.url]);
  assert.match(await lock(), /images:\n +registry\.example\.com\/acme\/cache:1: sha256:/);
  await here.close();
  await rm(join(folder, 'home'), { recursive: true, force: true });
  await mkdir(join(folder, 'site'));
  const where = { cwd: 'site', home: 'other' };
  await succeeds(['bundle', 'apply', '../acme.bundle', '--push-images', there.url], where);
  const { image } = await container();
  assert.match(image, /^registry\.example\.com\/acme\/cache@sha256:[0-9a-f]{64}$/);
  const digest = image.split('@')[1];
  const answer = await fetch(`${there.url}/v2/acme/cache/manifests/${digest}`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  assert.equal(answer.status, 200);
  const again = await succeeds(['apply', '-f', 'acme/platform.yaml', '-o', 'json'], where);
  assert.equal(JSON.parse(again.out).components[0].changed, 0);
});

test('destroy wants the platform’s name, and leaves nothing', { skip }, async () => {
  const where = { cwd: 'site/acme', home: 'other' };
  const dry = await succeeds(['destroy', '--dry-run'], where);
  assert.match(
    dry.out,
    /of the platform acme these go, in this order:\n {2}cache: 1 \(Deployment cache\/cache\)/,
  );
  const wrong = await slipway(['destroy', '--yes', 'other'], where);
  assert.equal(wrong.code, 2);
  assert.equal((await slipway(['destroy'], where)).code, 2);
  assert.equal((await container()).env[0]?.value, '2.0.0');
  await succeeds(['destroy', '--yes', 'acme'], where);
  await backToObjects(cluster.client(), empty);
});
