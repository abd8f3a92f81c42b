import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argoSecret } from '../settings/settings.fixture.ts';
import { readCluster, readConnection, unmanagedProblem } from './cluster.ts';
import { type Destination, findCluster, listClusters } from './destination.ts';

const cluster = (name: string, texts: Record<string, string>) =>
  argoSecret('cluster', name, texts, { labels: { region: 'eu' }, annotations: { note: 'n' } });

const EU = readCluster(cluster('eu', { name: 'eu', server: 'https://eu.example.test/' }));
const TWIN = readCluster(cluster('twin', { name: 'eu', server: 'https://twin.example.test' }));
const HERE = readCluster(cluster('here', { name: 'home', server: 'https://kubernetes.default.svc' }));

test('readCluster() decodes a Secret and leaves the Secret’s own label out', () => {
  const secret = cluster('us', {
    name: 'us',
    server: 'https://us.example.test/',
    namespaces: 'web, db,',
    clusterResources: 'true',
    project: 'shop',
  });
  assert.deepEqual(readCluster(secret), {
    name: 'us',
    server: 'https://us.example.test',
    namespaces: ['web', 'db'],
    clusterResources: true,
    project: 'shop',
    labels: { region: 'eu' },
    annotations: { note: 'n' },
    secret: 'us',
  });
});

const OWN = 'https://kubernetes.default.svc';
interface Row {
  destination: Destination;
  clusters?: (typeof EU)[];
  inClusterEnabled?: boolean;
  gives: string | RegExp;
  because: string;
}
const rows: Row[] = [
  { destination: { name: 'eu' }, gives: 'https://eu.example.test', because: 'by name' },
  {
    destination: { server: 'https://eu.example.test' },
    gives: 'https://eu.example.test',
    because: 'by address',
  },
  {
    destination: { server: 'https://eu.example.test/' },
    gives: 'https://eu.example.test',
    because: 'a slash more',
  },
  { destination: { name: 'in-cluster' }, clusters: [], gives: OWN, because: 'the platform needs no Secret' },
  { destination: { server: OWN }, clusters: [], gives: OWN, because: 'by address either' },
  { destination: { name: 'home' }, clusters: [HERE], gives: OWN, because: 'a Secret gives it another name' },
  {
    destination: { name: 'in-cluster' },
    clusters: [],
    inClusterEnabled: false,
    gives: /^there are no clusters with this name: in-cluster$/,
    because: 'it is switched off',
  },
  {
    destination: { server: OWN },
    inClusterEnabled: false,
    gives: new RegExp(
      `^error getting cluster by server "${OWN}": rpc error: code = NotFound desc = cluster "${OWN}" is disabled$`,
    ),
    because: 'by address, too',
  },
  { destination: {}, gives: /^Destination server missing from app spec$/, because: 'nothing is said' },
  {
    destination: { name: 'eu', server: OWN },
    gives: /^application destination can't have both name and server defined: eu https/,
    because: 'two things are',
  },
  {
    destination: { name: 'us' },
    gives: /^there are no clusters with this name: us$/,
    because: 'nobody has that name',
  },
  {
    destination: { name: 'eu' },
    clusters: [EU, TWIN],
    gives:
      /^there are 2 clusters with the same name: \[https:\/\/eu.example.test https:\/\/twin.example.test\]$/,
    because: 'two have it',
  },
  {
    destination: { server: 'https://us.example.test' },
    gives:
      /^error getting cluster by server "https:\/\/us.example.test": rpc error: code = NotFound desc = cluster "https:\/\/us.example.test" not found$/,
    because: 'no Secret names that address',
  },
];
for (const { destination, clusters = [EU], inClusterEnabled = true, gives, because } of rows) {
  test(`findCluster() of ${JSON.stringify(destination)}: ${because}`, () => {
    const find = () => findCluster({ clusters, inClusterEnabled }, destination);
    if (gives instanceof RegExp) return assert.throws(find, { message: gives });
    assert.equal(find().server, gives);
  });
}

test('listClusters() has the platform first, by its Secret when there is one', () => {
  const names = (clusters: (typeof EU)[], inClusterEnabled = true) =>
    listClusters({ clusters, inClusterEnabled }).map(({ name }) => name);
  assert.deepEqual(names([EU]), ['in-cluster', 'eu']);
  assert.deepEqual(names([EU, HERE]), ['home', 'eu']);
  assert.deepEqual(names([EU, HERE], false), ['eu']);
});

const base64 = (text: string) => Buffer.from(text).toString('base64');
const connections: [config: object, gives: object | RegExp, because: string][] = [
  [{ bearerToken: 't' }, { token: 't' }, 'a token'],
  [{ username: 'ann', password: 'p' }, { basic: { username: 'ann', password: 'p' } }, 'a password'],
  [{ username: 'ann', bearerToken: 't' }, { token: 't' }, 'a token goes before a password'],
  [
    {
      tlsClientConfig: { caData: base64('CA'), certData: base64('C'), keyData: base64('K'), serverName: 's' },
    },
    { ca: 'CA', cert: 'C', key: 'K', serverName: 's' },
    'a client certificate',
  ],
  [{ tlsClientConfig: { insecure: true } }, { insecure: true }, 'unchecked, for it says so'],
  [
    { tlsClientConfig: { insecure: true, caData: base64('CA') } },
    /specifying a root certificates file with the insecure flag is not allowed/,
    'checked and unchecked',
  ],
  [{ tlsClientConfig: { certData: base64('C') } }, /certData and keyData go together/, 'half a certificate'],
  [{ execProviderConfig: { command: 'x' } }, /config.execProviderConfig is not supported/, 'a program'],
  [{ awsAuthConfig: { clusterName: 'x' } }, /config.awsAuthConfig is not supported/, 'a cloud'],
  [{ proxyUrl: 'http://p' }, /config.proxyUrl is not supported/, 'somebody between'],
];
for (const [config, gives, because] of connections) {
  test(`readConnection() of ${Object.keys(config).join(', ')}: ${because}`, () => {
    const secret = cluster('eu', { server: 'https://eu.example.test/', config: JSON.stringify(config) });
    if (gives instanceof RegExp) return assert.throws(() => readConnection(secret), { message: gives });
    assert.deepEqual(readConnection(secret), { url: 'https://eu.example.test', ...gives });
  });
}

test('readConnection() says that a config is no JSON, and nothing of what is in it', () => {
  const secret = cluster('eu', { server: 'https://eu.example.test', config: '[]' });
  assert.throws(() => readConnection(secret), /cluster Secret "eu": failed to unmarshal cluster config/);
});

test('unmanagedProblem() keeps to the namespaces of a restricted cluster', () => {
  const restricted = { ...EU, namespaces: ['web'] };
  const config = { kind: 'ConfigMap', name: 'a' };
  assert.equal(unmanagedProblem(EU, { ...config, namespace: 'db' }), undefined);
  assert.equal(unmanagedProblem(restricted, { ...config, namespace: 'web' }), undefined);
  assert.equal(
    unmanagedProblem(restricted, { ...config, namespace: 'db' }),
    'Namespace "db" for ConfigMap "a" is not managed',
  );
  const role = { kind: 'ClusterRole', name: 'r' };
  assert.equal(
    unmanagedProblem(restricted, role),
    'Cluster level ClusterRole "r" can not be managed when in namespaced mode',
  );
  assert.equal(unmanagedProblem({ ...restricted, clusterResources: true }, role), undefined);
});
