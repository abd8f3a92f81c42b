import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type KubectlCluster, kubectlCluster, missingTool } from './kubectl.fixture.ts';

const skip = await missingTool();

describe('kubectl', { skip, timeout: 120_000 }, () => {
  let cluster: KubectlCluster;
  const kubectl: KubectlCluster['kubectl'] = (args, options) => cluster.kubectl(args, options);
  before(async () => {
    cluster = await kubectlCluster();
  });
  after(() => cluster.stop());

  test('rollout status, history and undo', async () => {
    await kubectl(['create', 'deployment', 'web', '--image=a:1', '--replicas=2']);
    assert.match(
      await kubectl(['rollout', 'status', 'deployment/web', '--timeout=20s']),
      /successfully rolled out/,
    );
    await kubectl(['set', 'image', 'deployment/web', 'a=a:2']);
    await kubectl(['rollout', 'status', 'deployment/web', '--timeout=20s']);
    const history = await kubectl(['rollout', 'history', 'deployment/web']);
    assert.match(history, /^1\s/m);
    assert.match(history, /^2\s/m);
    await kubectl(['rollout', 'undo', 'deployment/web']);
    await kubectl(['rollout', 'status', 'deployment/web', '--timeout=20s']);
    const image = await kubectl([
      'get',
      'deployment/web',
      '-o',
      'jsonpath={.spec.template.spec.containers[0].image}',
    ]);
    assert.equal(image, 'a:1');
    assert.match(await kubectl(['rollout', 'history', 'deployment/web']), /^3\s/m);
  });

  test('rollout pause and resume, restart', async () => {
    await kubectl(['create', 'deployment', 'calm', '--image=a:1']);
    await kubectl(['rollout', 'status', 'deployment/calm', '--timeout=20s']);
    await kubectl(['rollout', 'pause', 'deployment/calm']);
    await kubectl(['set', 'image', 'deployment/calm', 'a=a:2']);
    await kubectl(['wait', 'deployment/calm', '--for=condition=Progressing=Unknown', '--timeout=20s']);
    await kubectl(['rollout', 'resume', 'deployment/calm']);
    await kubectl(['rollout', 'restart', 'deployment/calm']);
    assert.match(
      await kubectl(['rollout', 'status', 'deployment/calm', '--timeout=20s']),
      /successfully rolled out/,
    );
  });

  test('scale, and wait for the pods', async () => {
    await kubectl(['create', 'deployment', 'wide', '--image=a:1']);
    await kubectl(['scale', 'deployment/wide', '--replicas=3']);
    await kubectl(['wait', 'deployment/wide', '--for=jsonpath={.status.readyReplicas}=3', '--timeout=20s']);
    const pods = await kubectl(['get', 'pods', '-l', 'app=wide', '-o', 'name']);
    assert.equal(pods.trim().split('\n').length, 3);
  });

  test('a StatefulSet is undone to its last revision', async () => {
    const manifest = (image: string) =>
      JSON.stringify({
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata: { name: 'db' },
        spec: {
          serviceName: 'db',
          selector: { matchLabels: { app: 'db' } },
          template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'a', image }] } },
        },
      });
    await kubectl(['apply', '-f', '-'], { input: manifest('a:1') });
    await kubectl(['rollout', 'status', 'statefulset/db', '--timeout=20s']);
    await kubectl(['apply', '-f', '-'], { input: manifest('a:2') });
    await kubectl(['rollout', 'status', 'statefulset/db', '--timeout=20s']);
    await kubectl(['rollout', 'undo', 'statefulset/db']);
    await kubectl(['rollout', 'status', 'statefulset/db', '--timeout=20s']);
    const image = await kubectl(['get', 'pod/db-0', '-o', 'jsonpath={.spec.containers[0].image}']);
    assert.equal(image, 'a:1');
  });

  test('create token gives a token that is who it says and may what it was given', async () => {
    await kubectl(['create', 'serviceaccount', 'ci']);
    const token = (await kubectl(['create', 'token', 'ci', '--duration=1h'])).trim();
    assert.match(await kubectl(['auth', 'whoami'], { token }), /system:serviceaccount:default:ci/);
    await assert.rejects(
      kubectl(['get', 'pods'], { token }),
      /pods is forbidden: User "system:serviceaccount:default:ci" cannot list resource "pods" in API group "" in the namespace "default"/,
    );
    await assert.rejects(kubectl(['auth', 'can-i', 'list', 'pods'], { token }), { stdout: 'no\n' });
    await kubectl(['create', 'rolebinding', 'ci-views', '--clusterrole=view', '--serviceaccount=default:ci']);
    assert.match(await kubectl(['auth', 'can-i', 'list', 'pods'], { token }), /yes/);
    await kubectl(['get', 'pods'], { token });
    assert.match(await kubectl(['auth', 'can-i', '--list'], { token }), /pods\/log/);
    await kubectl(['delete', 'serviceaccount', 'ci']);
    await assert.rejects(kubectl(['get', 'pods'], { token }), /Unauthorized|must be logged in/);
  });

  test('a ServiceAccount may read the keys that prove its tokens', async () => {
    await kubectl(['create', 'serviceaccount', 'verifier']);
    const token = (await kubectl(['create', 'token', 'verifier'])).trim();
    const configuration = JSON.parse(
      await kubectl(['get', '--raw', '/.well-known/openid-configuration'], { token }),
    );
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    assert.equal(configuration.issuer, claims.iss);
    const { keys } = JSON.parse(await kubectl(['get', '--raw', '/openid/v1/jwks'], { token }));
    assert.equal(keys[0].alg, 'ES256');
    assert.equal(keys[0].d, undefined);
  });

  test('nobody gives rights that they do not have', async () => {
    await kubectl(['create', 'serviceaccount', 'climber']);
    const token = (await kubectl(['create', 'token', 'climber'])).trim();
    await kubectl(['create', 'role', 'role-maker', '--verb=create,get', '--resource=roles,rolebindings']);
    await kubectl([
      'create',
      'rolebinding',
      'climbs',
      '--role=role-maker',
      '--serviceaccount=default:climber',
    ]);
    const grant = ['create', 'role', 'secrets', '--verb=get', '--resource=secrets'];
    await assert.rejects(
      kubectl(grant, { token }),
      /attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\], Resources:\["secrets"\], Verbs:\["get"\]\}/,
    );
    const bind = [
      'create',
      'rolebinding',
      'all',
      '--clusterrole=cluster-admin',
      '--serviceaccount=default:climber',
    ];
    await assert.rejects(kubectl(bind, { token }), /attempting to grant RBAC permissions not currently held/);
  });

  test('a namespace and everything in it goes', async () => {
    await kubectl(['create', 'namespace', 'short']);
    await kubectl(['create', 'deployment', 'web', '--image=a:1', '-n', 'short']);
    await kubectl(['create', 'job', 'once', '--image=a:1', '-n', 'short']);
    await kubectl(['wait', 'deployment/web', '-n', 'short', '--for=condition=Available', '--timeout=20s']);
    await kubectl(['delete', 'namespace', 'short', '--timeout=20s']);
    await assert.rejects(kubectl(['get', 'namespace', 'short']), /not found/);
    await assert.rejects(
      kubectl(['create', 'configmap', 'late', '-n', 'short']),
      /namespaces "short" not found/,
    );
  });

  test('a quota refuses what exceeds it, in words that say how far', async () => {
    await kubectl(['create', 'namespace', 'small']);
    await kubectl(['create', 'quota', 'q', '--hard=configmaps=2', '-n', 'small']);
    await kubectl(['create', 'configmap', 'one', '-n', 'small']);
    await assert.rejects(
      kubectl(['create', 'configmap', 'two', '-n', 'small']),
      /configmaps "two" is forbidden: exceeded quota: q, requested: configmaps=1, used: configmaps=2, limited: configmaps=2/,
    );
    await kubectl([
      'wait',
      'quota/q',
      '-n',
      'small',
      '--for=jsonpath={.status.used.configmaps}=2',
      '--timeout=20s',
    ]);
  });

  test('pod security refuses what its level forbids', async () => {
    await kubectl(['create', 'namespace', 'strict']);
    await kubectl(['label', 'namespace', 'strict', 'pod-security.kubernetes.io/enforce=restricted']);
    await assert.rejects(
      kubectl(['run', 'web', '--image=a:1', '-n', 'strict']),
      /violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "web" must set securityContext\.allowPrivilegeEscalation=false\)/,
    );
  });
});
