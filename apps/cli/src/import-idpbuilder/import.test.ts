// Setups of idpbuilder, by command line and by objects in its CRDs' shape: what becomes of every part.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { parseDefinition } from '@slipway/definition';
import { parseYaml } from '@slipway/render';
import { setupOfObjects } from './cluster-objects.ts';
import { setupOfCommand, wordsOf } from './command-line.ts';
import type { Setup } from './setup.ts';
import { importOf, remoteAddress, writeImport } from './write-import.ts';

let folder = '';
const at = (path: string) => join(folder, path);
async function write(files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
  }
}
const application = (name: string, source: string) =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}, namespace: argocd}\nspec: {source: {repoURL: "${source}", path: .}}\n`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-import-'));
  await write({
    'base/keycloak.yaml': application('keycloak', 'cnoe://keycloak/manifests'),
    'base/kind.yaml': 'apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nmetadata: {name: k}\n',
    'base/keycloak/manifests/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n',
    'over/keycloak.yaml': application('keycloak', 'cnoe://own'),
    'over/beside.yaml': application('beside', 'cnoe://../elsewhere'),
    'over/own/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n',
    'over/lost.yaml': application('lost', 'cnoe://../nowhere'),
    'elsewhere/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: e}\n',
    'single/app.yaml': application('app', 'cnoe://x'),
    'single/x/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n',
    'single/other.yaml': application('other', 'https://git.example.com/a'),
    'argocd.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, namespace: argocd}\ndata: {timeout.reconciliation: 60s}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: argocd-server, namespace: argocd}\nspec: {}\n',
    'nginx.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: ingress-nginx}\nspec: {}\n',
  });
});
after(() => rm(folder, { recursive: true, force: true }));

/** `outcome what`, and of some the reason. */
const lines = (setup: { findings: { outcome: string; what: string }[] }) =>
  setup.findings.map(({ outcome, what }) => `${outcome} ${what.replaceAll(folder, '')}`);

test('setupOfCommand() reads every flag of idpbuilder create', () => {
  const setup = setupOfCommand(
    `idpbuilder create --recreate --name=shop --build-name shop --dev-password --kube-version v1.33.1 \\
     --extra-ports "22:32222,9090:39090" --kind-config kind.yaml --registry-config --host Acme.localhost \\
     --ingress-host-name proxy.example --protocol HTTP --port 443 --use-path-routing -p ./a,./b --package 'c d' \\
     -p https://github.com/cnoe-io/stacks//ref?ref=main -cargocd:/tmp/argocd.yaml --no-exit=false -l debug --color`,
  );
  const { findings, ...rest } = setup;
  assert.deepEqual(rest, {
    name: 'shop',
    host: 'acme.localhost',
    ingressHost: 'proxy.example',
    protocol: 'http',
    port: '443',
    usePathRouting: true,
    packages: [
      { place: './a', form: 'folder-or-file' },
      { place: './b', form: 'folder-or-file' },
      { place: 'c d', form: 'folder-or-file' },
      { place: 'https://github.com/cnoe-io/stacks//ref?ref=main', form: 'remote' },
    ],
    customizations: [{ name: 'argocd', file: '/tmp/argocd.yaml' }],
  });
  assert.deepEqual(lines({ findings }), [
    'otherwise --recreate',
    'without --dev-password',
    'without --kube-version v1.33.1',
    'without --extra-ports 22:32222,9090:39090',
    'without --kind-config kind.yaml',
    'without --registry-config true',
    'otherwise --no-exit=false',
    'without --log-level debug',
    'without --color=true',
  ]);
});

const wrong: [command: string, message: RegExp][] = [
  ['idpbuilder create --packge a', /--packge: idpbuilder create has no such flag/],
  ['idpbuilder create a', /"a": idpbuilder create takes no arguments/],
  ['idpbuilder create --port', /--port: a value is missing/],
  ['idpbuilder create -c vault:a.yaml', /-c "vault:a\.yaml": idpbuilder takes <argocd\|gitea\|nginx>:<file>/],
];
for (const [command, message] of wrong) {
  test(`setupOfCommand() refuses ${command}`, () => {
    assert.throws(() => setupOfCommand(command), message);
  });
}

test('wordsOf() takes words apart as a shell does', () => {
  assert.deepEqual(wordsOf(`a 'b c'd "e \\"f" g\\ h \\\n i`), ['a', 'b cd', 'e "f', 'g h', 'i']);
});

const remotes: [place: string, address: object][] = [
  [
    'https://github.com/cnoe-io/stacks//ref-implementation?ref=main',
    { git: 'https://github.com/cnoe-io/stacks', path: 'ref-implementation', ref: 'main' },
  ],
  ['github.com/cnoe-io/stacks/basic/', { git: 'https://github.com/cnoe-io/stacks', path: 'basic' }],
  [
    'https://git.example.com/group/sub/a.git/x?ref=v1',
    { git: 'https://git.example.com/group/sub/a.git', path: 'x', ref: 'v1' },
  ],
];
for (const [place, address] of remotes) {
  test(`remoteAddress() of ${place}`, () => {
    assert.deepEqual(remoteAddress(place), address);
  });
}

test('importOf() writes a definition, takes packages as they are, and says what became of each part', async () => {
  const setup = setupOfCommand(
    `idpbuilder create --name Local_Dev --host cnoe.localtest.me --port 8443 -p ${at('base')} -p ${at('over')} -p ${at('single/app.yaml')} -p ${at('none')} -p https://github.com/cnoe-io/stacks//basic -c argocd:${at('argocd.yaml')} -c nginx:${at('nginx.yaml')} -c gitea:${at('none.yaml')}`,
  );
  const made = await importOf(setup);
  assert.deepEqual(lines(made), [
    'taken name Local_Dev',
    'without host cnoe.localtest.me',
    'otherwise port 8443',
    'without package /none',
    'taken --package https://github.com/cnoe-io/stacks//basic',
    'otherwise Application keycloak of /base',
    'without package /base',
    'taken package /over',
    'without Application lost: cnoe://../nowhere',
    'taken package /single/app.yaml',
    'taken -c argocd:/argocd.yaml: ConfigMap argocd-cm',
    'without -c argocd:/argocd.yaml: Deployment argocd-server',
    'without -c nginx:/nginx.yaml: Service ingress-nginx',
    'without -c gitea:/none.yaml',
  ]);
  const out = at('out');
  await writeImport(made, out);
  const text = await readFile(join(out, 'platform.yaml'), 'utf8');
  const { document } = parseDefinition(text, 'platform.yaml');
  assert.equal(document.metadata.name, 'local-dev');
  assert.deepEqual(document.spec?.packages, [
    { name: 'basic', from: { git: 'https://github.com/cnoe-io/stacks', path: 'basic' } },
    { name: 'over', from: { path: './packages/over' } },
    { name: 'app', from: { path: './packages/app' } },
    { name: 'argocd-settings', from: { path: './packages/argocd-settings' } },
  ]);
  assert.deepEqual(
    made.files.map(({ path }) => path),
    [
      'platform.yaml',
      'packages/over/over/beside.yaml',
      'packages/over/over/keycloak.yaml',
      'packages/over/over/lost.yaml',
      'packages/over/over/own/a.yaml',
      'packages/over/elsewhere/a.yaml',
      'packages/over/package.yaml',
      'packages/app/app.yaml',
      'packages/app/x/a.yaml',
      'packages/argocd-settings/package.yaml',
      'packages/argocd-settings/manifests/settings.yaml',
      'import-report.md',
    ],
  );
  assert.equal(
    await readFile(join(out, 'packages/over/over/keycloak.yaml'), 'utf8'),
    await readFile(at('over/keycloak.yaml'), 'utf8'),
    'unchanged',
  );
  assert.match(
    await readFile(join(out, 'import-report.md'), 'utf8'),
    /## Without an equivalent\n\n- host cnoe/,
  );
  await assert.rejects(writeImport(made, out), /platform\.yaml: is there already, and nothing was written/);
});

const objects = (dir: string) => `apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: Localbuild
metadata: {name: localdev, annotations: {cnoe.io/cli-start-time: "2025-01-01T00:00:00Z"}}
spec:
  buildCustomization: {protocol: https, host: cnoe.localtest.me, ingressHost: cnoe.localtest.me, port: "8443", selfSignedCert: PEM, staticPassword: true, turbo: 9}
  packageConfigs:
    argoPackageConfigs: {enabled: true}
    embeddedArgoApplicationsPackageConfigs: {enabled: true}
    customPackageDirs: [${dir}/base]
    customPackageUrls: ["https://github.com/cnoe-io/stacks//basic"]
    packageCustomization: {argocd: {name: argocd, filePath: ${dir}/argocd.yaml}}
status: {ArgoCD: {available: true, appsCreated: true}, gitea: {available: true}}
---
apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: CustomPackage
metadata: {name: keycloak-keycloak, namespace: idpbuilder-localdev}
spec:
  argoCD: {applicationFile: ${dir}/base/keycloak.yaml, name: keycloak, namespace: argocd, type: Application}
  gitServerURL: https://gitea.cnoe.localtest.me:8443
  gitServerAuthSecretRef: {name: gitea-credential, namespace: gitea}
  internalGitServeURL: http://my-gitea-http.gitea.svc.cluster.local:3000
  remoteRepository: {cloneSubmodules: false, path: "", url: "", ref: ""}
  replicate: true
status: {synced: true}
---
apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: CustomPackage
metadata: {name: app-app, namespace: idpbuilder-localdev}
spec:
  argoCD: {applicationFile: ${dir}/single/app.yaml, name: app, namespace: argocd, type: ApplicationSet}
  remoteRepository: {cloneSubmodules: false, path: "", url: "", ref: ""}
  replicate: true
---
apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: CustomPackage
metadata: {name: remote-x, namespace: idpbuilder-localdev}
spec:
  argoCD: {applicationFile: basic/x.yaml, name: x, namespace: argocd, type: Application}
  remoteRepository: {cloneSubmodules: true, path: basic, url: "https://github.com/cnoe-io/stacks", ref: ""}
  replicate: false
---
apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: GitRepository
metadata: {name: localdev-argocd, namespace: idpbuilder-localdev}
spec:
  customization: {name: argocd, filePath: ${dir}/argocd.yaml}
  provider: {name: gitea, gitURL: "https://gitea.cnoe.localtest.me:8443", internalGitURL: "http://x", organizationName: ""}
  source: {type: embedded, embeddedAppName: argocd, path: "", remoteRepository: {}}
---
apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: GitRepository
metadata: {name: keycloak-manifests, namespace: idpbuilder-localdev}
spec:
  provider: {name: gitea, gitURL: "https://gitea.cnoe.localtest.me:8443"}
  source: {type: local, path: ${dir}/base/keycloak/manifests}
---
apiVersion: idpbuilder.cnoe.io/v1alpha1
kind: GitRepository
metadata: {name: elsewhere, namespace: idpbuilder-localdev}
spec:
  provider: {name: github, gitURL: "https://github.com"}
  source: {type: local, path: ${dir}/base}
---
apiVersion: v1
kind: Secret
metadata: {name: gitea-credential, namespace: gitea}
`;

function setupOf(text: string): Setup {
  return setupOfObjects(parseYaml(text, 'dump.yaml').map(({ value }) => value as AnyObject));
}

test('setupOfObjects() reads Localbuild, CustomPackages and GitRepositories, and passes nothing over', async () => {
  const setup = setupOf(objects(folder));
  assert.deepEqual(
    setup.packages.map(({ place }) => place.replace(folder, '')),
    ['/base', 'https://github.com/cnoe-io/stacks//basic', '/single/app.yaml'],
  );
  assert.deepEqual(lines(setup), [
    'without buildCustomization.staticPassword',
    'otherwise buildCustomization.selfSignedCert',
    'without buildCustomization.turbo: 9',
    'taken CustomPackage keycloak-keycloak (Application keycloak)',
    'taken CustomPackage app-app (ApplicationSet app)',
    'without CustomPackage remote-x (Application x): cloneSubmodules',
    'taken CustomPackage remote-x (Application x)',
    'otherwise GitRepository idpbuilder-localdev/localdev-argocd',
    'taken GitRepository idpbuilder-localdev/keycloak-manifests',
    'without GitRepository idpbuilder-localdev/elsewhere',
    'without Secret gitea/gitea-credential',
  ]);
  const { packages, files } = await importOf(setup);
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['basic', 'base', 'app', 'argocd-settings'],
  );
  assert.ok(files.some(({ path }) => path === 'packages/base/keycloak/manifests/a.yaml'));
  parseDefinition(new TextDecoder().decode(files[0]?.data), 'platform.yaml');
});

test('setupOfObjects() wants one Localbuild', () => {
  assert.throws(() => setupOf('apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n'), /found 0 Localbuilds/);
});
