import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyRule } from '@slipway/kinds';
import { allowedBy, ENVIRONMENT_DEEDS, PLATFORM_DEEDS, TEAM_DEEDS } from './rights.ts';

const rule = (group: string, resources: string[], verbs: string[], more = {}): PolicyRule => ({
  apiGroups: [group],
  resources,
  verbs,
  ...more,
});

const rows: { rules: PolicyRule[]; deeds: typeof TEAM_DEEDS; words: string[]; because: string }[] = [
  { rules: [], deeds: TEAM_DEEDS, words: [], because: 'what no rule allows is not allowed' },
  {
    rules: [rule('*', ['*'], ['*'])],
    deeds: PLATFORM_DEEDS,
    words: PLATFORM_DEEDS.map(({ words }) => words),
    because: 'stars are everything',
  },
  {
    rules: [rule('source.slipway.dev', ['repositories'], ['get', 'list'])],
    deeds: TEAM_DEEDS,
    words: ['read repositories'],
    because: 'reading is not pushing',
  },
  {
    rules: [rule('', ['pods'], ['get'])],
    deeds: ENVIRONMENT_DEEDS,
    words: ['see what runs'],
    because: 'what is below a resource is a resource of its own',
  },
  {
    rules: [rule('', ['*/log'], ['get'])],
    deeds: ENVIRONMENT_DEEDS,
    words: ['read logs'],
    because: 'a star stands for any resource above',
  },
  {
    rules: [rule('slipway.dev', ['platforms'], ['update'], { resourceNames: ['other'] })],
    deeds: PLATFORM_DEEDS,
    words: [],
    because: 'a right on one object is not a right on all',
  },
];
for (const { rules, deeds, words, because } of rows) {
  test(`allowedBy(): ${because}`, () => assert.deepEqual(allowedBy(rules, deeds), words));
}
