import assert from 'node:assert/strict';
import { test } from 'node:test';
import { teamOf } from './team-of.ts';

const rows: { owner: unknown; team: string | undefined; because: string }[] = [
  { owner: 'payments', team: 'payments', because: 'a name is a team’s' },
  { owner: 'group:default/payments', team: 'payments', because: 'groups are teams' },
  { owner: 'default/payments', team: 'payments', because: 'a reference without a kind, too' },
  { owner: 'user:default/ann', team: undefined, because: 'a person is no team' },
  { owner: '', team: undefined, because: 'nothing was chosen' },
  { owner: 7, team: undefined, because: 'it is no text' },
];
for (const { owner, team, because } of rows)
  test(`teamOf() of ${JSON.stringify(owner)}: ${because}`, () => assert.equal(teamOf({ owner }), team));
