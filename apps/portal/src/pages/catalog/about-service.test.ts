import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAbout } from './about-service.ts';

for (const [object, expected, because] of [
  ['team-default/shop', true, 'it is the service'],
  ['default/shop refs/heads/main 0..1', true, 'a push to its repository'],
  ['default/shop#3 APPROVED', true, 'a review of a change'],
  ['team-default/shop-dev', true, 'its Application in dev'],
  ['default/shop@sha256:0', true, 'an image of it'],
  ['default/workshop', false, 'another service ends so'],
  ['team-default/shopping', false, 'another one begins so'],
  ['', false, 'it is about nothing'],
] as const)
  test(`isAbout() ${JSON.stringify(object)} is ${expected}: ${because}`, () => {
    assert.equal(isAbout({ spec: { object } as never }, 'shop'), expected);
  });
