// Images that no pod of a tool's own names, and that a bundle has to have all the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imagesIn } from '@slipway/cluster';
import { installable, settingsOf } from '../../../test/upstream-settings.ts';
import { catalogue } from './technologies.ts';

const tools = installable(catalogue().technologies);

for (const { id, image, because } of [
  {
    id: 'argo-workflows',
    image: (version: string) => `quay.io/argoproj/argoexec:v${version}`,
    because: 'every pod of a workflow has its executor beside it',
  },
  {
    id: 'istio',
    image: (version: string) => `docker.io/istio/proxyv2:${version}-distroless`,
    because: 'istiod makes pods of gateways and waypoints',
  },
  {
    id: 'postgres',
    image: () => 'ghcr.io/cloudnative-pg/postgresql:18.4-system-trixie',
    because: 'a database that names no image runs the operator’s',
  },
  {
    id: 'postgres',
    image: () => 'ghcr.io/cloudnative-pg/pgbouncer:1.25.1',
    because: 'so does a pooler',
  },
])
  test(`a bundle of ${id} has ${image('<version>')}: ${because}`, () => {
    const { technology, upstream } = tools.find(each => each.technology.id === id) ?? assert.fail();
    for (const { version, images = [] } of upstream.releases) {
      const patches = upstream.patches?.(settingsOf(technology, { version }), {}) ?? [];
      const told = patches.map(({ target: { kind }, merge }) => ({
        ...{ apiVersion: 'v1', kind, metadata: { name: 'patched' } },
        ...merge,
      }));
      const all = [...images, ...imagesIn(told)];
      assert.ok(all.includes(image(version)), `${version} has ${all.join(', ')}`);
    }
  });

test('what programs start is named with its registry, and by tag or digest', () => {
  const all = tools.flatMap(({ upstream }) => upstream.releases.flatMap(({ images = [] }) => images));
  for (const image of all)
    assert.match(image, /^[a-z0-9.-]+\.[a-z]+\/[\w./-]+(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$/);
});
