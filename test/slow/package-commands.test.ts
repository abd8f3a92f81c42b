// The built slipway on the real Kubernetes: packages of a definition come, change and go; and what idpbuilder left on a
// cluster, in its own kinds, becomes a definition.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { gitMirror } from '@slipway/cluster';
import { parseDefinition } from '@slipway/definition';
import { ConfigMap, Package } from '@slipway/kinds';
import { command } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';

const skip = noRealCluster();
const IDPBUILDER = 'https://github.com/cnoe-io/idpbuilder';
const CRDS = ['localbuilds', 'custompackages', 'gitrepositories'].map(
  name => `pkg/controllers/resources/idpbuilder.cnoe.io_${name}.yaml`,
);
let cluster: RealCluster;
let folder: string;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-packages-'));
  const started = await realCluster();
  assert.ok(started);
  cluster = started;
});
after(async () => {
  await cluster?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

interface Ran {
  code: number;
  out: string;
  said: string;
}

function slipway(...args: string[]): Promise<Ran> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: join(folder, 'home'),
    KUBECONFIG: cluster.kubeconfig,
  };
  return new Promise(resolve => {
    execFile(process.execPath, [...command, ...args], { cwd: folder, env }, (error, out, said) => {
      resolve({ code: error ? Number(error.code) : 0, out, said });
    });
  });
}

async function succeeds(...args: string[]): Promise<string> {
  const ran = await slipway(...args);
  assert.equal(ran.code, 0, `slipway ${args.join(' ')}: ${ran.said}${ran.out}`);
  return ran.out;
}

async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const DEFINITION = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  blueprint: ./ours
  target: { kubernetes: {} }
  gitops: false
  domain: acme.example
  appsDomain: apps.example
`;
/** Nothing but what every cluster has. */
const BLUEPRINT = `apiVersion: slipway.dev/v1alpha1
kind: Blueprint
metadata: { name: ours }
spec:
  version: 1.0.0
  purpose: packages alone
  platform: { capabilities: { validation: validating-admission-policy } }
`;
const packageOf = (version: string) => `apiVersion: slipway.dev/v1alpha1
kind: PackageDefinition
metadata: { name: sea }
spec:
  version: ${version}
  source: { templates: t }
  parameters: { type: object, properties: { depth: { type: integer, default: 2 } } }
`;
const map = (name: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: { depth: "{{ .parameters.depth }}", domain: "{{ .platform.domain }}" }\n`;
const mapNow = (name: string) => cluster.client().find(ConfigMap, { namespace: 'sea', name });

test('package add -f and apply bring a package with its parameters', { skip }, async () => {
  await write({
    'platform.yaml': DEFINITION,
    'ours/blueprint.yaml': BLUEPRINT,
    'sea/package.yaml': packageOf('1.0.0'),
    'sea/t/a.yaml': map('a'),
  });
  await succeeds('package', 'add', './sea', '-f', 'platform.yaml', '--set', 'depth=7');
  assert.match(await readFile(join(folder, 'slipway.lock'), 'utf8'), /sea:\n(.*\n)*? +version: 1\.0\.0/);
  assert.equal(await mapNow('a'), undefined, 'nothing comes before an apply');
  await succeeds('apply', '-f', 'platform.yaml');
  assert.deepEqual((await mapNow('a'))?.data, { depth: '7', domain: 'acme.example' });
  const { spec } = await cluster.client().get(Package, { name: 'sea' });
  assert.equal(spec.version, '1.0.0');
});

test('what its folder says now comes with package upgrade -f, and not before', { skip }, async () => {
  await write({ 'sea/package.yaml': packageOf('1.1.0'), 'sea/t/b.yaml': map('b') });
  const early = await slipway('apply', '-f', 'platform.yaml');
  assert.equal(early.code, 1, 'its files are not those of the lock');
  assert.match(early.said, /slipway package upgrade/);
  assert.equal(await mapNow('b'), undefined);
  await succeeds('package', 'upgrade', 'sea', '-f', 'platform.yaml');
  await succeeds('apply', '-f', 'platform.yaml');
  assert.ok(await mapNow('b'));
  await rm(join(folder, 'sea/t/a.yaml'));
  await write({ 'sea/package.yaml': packageOf('1.2.0') });
  await succeeds('package', 'upgrade', 'sea', '-f', 'platform.yaml');
  await succeeds('apply', '-f', 'platform.yaml');
  assert.equal(await mapNow('a'), undefined, 'what it no longer has is gone');
});

test('package remove -f and apply take it away', { skip }, async () => {
  await succeeds('package', 'remove', 'sea', '-f', 'platform.yaml');
  await succeeds('apply', '-f', 'platform.yaml');
  assert.equal(await mapNow('b'), undefined);
  assert.equal(await cluster.client().find(Package, { name: 'sea' }), undefined);
  assert.doesNotMatch(await readFile(join(folder, 'platform.yaml'), 'utf8'), /sea/);
});

const template = process.env.SLIPWAY_GIT_MIRROR;

/** Its CRDs as idpbuilder has them; undefined where no bare repository of it is. */
async function upstreamCrds(): Promise<string[] | undefined> {
  const mirror = template && gitMirror(template)(IDPBUILDER);
  if (!mirror) return undefined;
  const show = (path: string) => promisify(execFile)('git', ['--git-dir', mirror, 'show', `HEAD:${path}`]);
  const shown = await Promise.all(CRDS.map(show)).catch(() => undefined);
  return shown?.map(({ stdout }) => stdout);
}

/** What idpbuilder's controllers leave of `idpbuilder create -p <folder>`. */
const leftObjects = (at: string) => `apiVersion: v1
kind: Namespace
metadata: { name: idpbuilder-localdev }
---
apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: Localbuild
metadata: { name: localdev }
spec:
  buildCustomization: { protocol: https, host: cnoe.localtest.me, ingressHost: cnoe.localtest.me, port: "8443" }
  packageConfigs:
    argoPackageConfigs: { enabled: true }
    embeddedArgoApplicationsPackageConfigs: { enabled: true }
    customPackageDirs: [${at}]
---
apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: CustomPackage
metadata: { name: greeter-greeter, namespace: idpbuilder-localdev }
spec:
  argoCD: { applicationFile: ${at}/greeter.yaml, name: greeter, namespace: argocd, type: Application }
  gitServerURL: https://gitea.cnoe.localtest.me:8443
  gitServerAuthSecretRef: { name: gitea-credential, namespace: gitea }
  internalGitServeURL: http://my-gitea-http.gitea.svc.cluster.local:3000
  remoteRepository: { cloneSubmodules: false, path: "", url: "", ref: "" }
  replicate: true
---
apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: GitRepository
metadata: { name: greeter-manifests, namespace: idpbuilder-localdev }
spec:
  provider: { name: gitea, gitURL: "https://gitea.cnoe.localtest.me:8443", internalGitURL: "http://x", organizationName: "" }
  source: { type: local, path: ${at}/manifests, remoteRepository: { cloneSubmodules: false, path: "", url: "", ref: "" } }
`;

test('import idpbuilder reads a live cluster, in idpbuilder’s own kinds', { skip }, async t => {
  const missing = await slipway(
    'import',
    'idpbuilder',
    '--kubeconfig',
    cluster.kubeconfig,
    '--folder',
    'none',
  );
  assert.equal(missing.code, 1);
  assert.match(missing.said, /no localbuilds\.idpbuilder\.cnoe\.io: idpbuilder did not make it/);
  const crds = await upstreamCrds();
  if (!crds) return t.skip('SLIPWAY_GIT_MIRROR has no cnoe-io/idpbuilder');
  for (const each of crds) await cluster.kubectl(['apply', '--server-side', '-f', '-'], each);
  await cluster.kubectl(['wait', '--for=create', 'crd/gitrepositories.idpbuilder.cnoe.io', '--timeout=30s']);
  const at = join(folder, 'packages-there');
  await write({
    'packages-there/greeter.yaml': `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: greeter, namespace: argocd }\nspec:\n  project: default\n  source: { repoURL: "cnoe://manifests", targetRevision: HEAD, path: "." }\n  destination: { server: "https://kubernetes.default.svc", namespace: greeter }\n`,
    'packages-there/manifests/map.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: greeting }\ndata: { a: b }\n',
  });
  await applied(leftObjects(at));
  const out = await succeeds(
    ...['import', 'idpbuilder', '--kubeconfig', cluster.kubeconfig, '--folder', 'taken', '-o', 'json'],
  );
  const { findings, files } = JSON.parse(out) as {
    findings: { what: string; outcome: string }[];
    files: string[];
  };
  assert.ok(files.includes('platform.yaml'));
  assert.ok(findings.some(({ what, outcome }) => /greeter-greeter/.test(what) && outcome === 'taken'));
  const text = await readFile(join(folder, 'taken/platform.yaml'), 'utf8');
  parseDefinition(text, 'platform.yaml');
  await succeeds('validate', '-f', 'taken/platform.yaml');
  assert.match(
    await readFile(join(folder, 'taken/packages/packages-there/manifests/map.yaml'), 'utf8'),
    /greeting/,
  );
});

/** Kinds are served a moment after their definitions. */
async function applied(text: string): Promise<void> {
  for (let left = 20; ; left--) {
    const done = await cluster.kubectl(['apply', '--server-side', '-f', '-'], text).catch(error => {
      if (left === 0) throw error;
      return undefined;
    });
    if (done !== undefined) return;
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}
