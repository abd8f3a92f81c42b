import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveredApplication } from '../../api/application.ts';
import { wantedApplications } from './find-applications.ts';

const application = (name: string, health: string, sync: string): DeliveredApplication => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  metadata: { name, namespace: 'team-payments' },
  spec: { source: { repoURL: 'https://git.example.test/payments/shop.git', path: name } },
  status: { health: { status: health }, sync: { status: sync } },
});
const all = [
  application('a-well', 'Healthy', 'Synced'),
  application('b-late', 'Healthy', 'OutOfSync'),
  application('c-ill', 'Degraded', 'Synced'),
];

const rows: { text: string; troubled: boolean; found: string[]; because: string }[] = [
  {
    text: '',
    troubled: false,
    found: ['b-late', 'c-ill', 'a-well'],
    because: 'what needs a look stands first',
  },
  { text: '', troubled: true, found: ['b-late', 'c-ill'], because: 'the rest is well' },
  { text: 'payments WELL', troubled: false, found: ['a-well'], because: 'every word has to be there' },
  {
    text: 'shop.git',
    troubled: false,
    found: ['b-late', 'c-ill', 'a-well'],
    because: 'sources are searched, too',
  },
  { text: 'nowhere', troubled: false, found: [], because: 'nothing has it' },
];
for (const { text, troubled, found, because } of rows) {
  test(`wantedApplications() for ${JSON.stringify(text)}${troubled ? ', troubled' : ''}: ${because}`, () => {
    assert.deepEqual(
      wantedApplications(all, { text, troubled }).map(each => each.metadata.name),
      found,
    );
  });
}
