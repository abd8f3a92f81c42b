import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { Team } from '@slipway/kinds';
import { planTeam } from './plan.ts';

function team(name: string, spec: Team['spec'] = {}): Stored<Team> {
  const metadata = { name, uid: 'u', resourceVersion: '1', creationTimestamp: '' };
  return { apiVersion: 'slipway.dev/v1alpha1', kind: 'Team', metadata, spec };
}

test('planTeam() gives every team its namespaces, labelled', () => {
  const plan = planTeam(team('shop'), ['dev', 'prod']);
  assert.ok('namespaces' in plan);
  assert.deepEqual(
    plan.namespaces.map(({ name, labels }) => [name, labels['slipway.dev/environment']]),
    [
      ['team-shop', undefined],
      ['shop-dev', 'dev'],
      ['shop-prod', 'prod'],
    ],
  );
});

const rights: { may: Team['spec']['may']; bindings: string[]; because: string }[] = [
  {
    may: undefined,
    bindings: [
      'shop-dev/slipway:team-member',
      'team-shop/slipway:promote',
      'team-shop/slipway:team-member',
      'team-shop/slipway:team-promoter',
    ],
    because: 'members do everything unless the definition says less',
  },
  {
    may: ['create-services'],
    bindings: ['shop-dev/slipway:team-member', 'team-shop/slipway:team-member'],
    because: 'who may create may not promote by that',
  },
  {
    may: [{ promote: ['dev'] }],
    bindings: [
      'shop-dev/slipway:team-viewer',
      'team-shop/slipway:promote',
      'team-shop/slipway:team-promoter',
      'team-shop/slipway:team-viewer',
    ],
    because: 'who may promote still only reads the rest',
  },
];
for (const row of rights) {
  test(`planTeam() binds for may=${JSON.stringify(row.may)}: ${row.because}`, () => {
    const plan = planTeam(
      team('shop', { members: ['user:ada', 'group:g'], ...(row.may ? { may: row.may } : {}) }),
      ['dev'],
    );
    assert.ok('bindings' in plan, JSON.stringify(plan));
    assert.deepEqual(
      plan.bindings.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort(),
      row.bindings,
    );
    assert.deepEqual(
      plan.bindings[0]?.subjects?.map(({ kind, name }) => `${kind} ${name}`),
      ['User ada', 'Group g'],
    );
  });
}

const refused: { team: Stored<Team>; reason: string; message: RegExp; because: string }[] = [
  { team: team('team'), reason: 'ReservedName', message: /"team"/, because: 'team-team would be ambiguous' },
  {
    team: team('x'.repeat(60)),
    reason: 'InvalidName',
    message: /63/,
    because: 'namespaces have at most 63 characters',
  },
  {
    team: team('shop', { members: ['ada'] }),
    reason: 'InvalidMember',
    message: /members\[0\].*"ada"/,
    because: 'a member says what it is',
  },
  {
    team: team('shop', { members: ['group:system:masters'] }),
    reason: 'InvalidMember',
    message: /system:masters/,
    because: 'reserved groups belong to nobody',
  },
  {
    team: team('shop', { may: ['fly'] }),
    reason: 'UnsupportedRight',
    message: /may\[0\].*"fly"/,
    because: 'an unknown right is never ignored',
  },
  {
    team: team('shop', { may: [{ promote: ['moon'] }] }),
    reason: 'UnknownEnvironment',
    message: /"moon"/,
    because: 'an environment has to exist',
  },
];
for (const row of refused) {
  test(`planTeam() refuses ${row.reason}: ${row.because}`, () => {
    const plan = planTeam(row.team, ['dev']);
    assert.ok('reason' in plan);
    assert.equal(plan.reason, row.reason);
    assert.match(plan.message, row.message);
  });
}
