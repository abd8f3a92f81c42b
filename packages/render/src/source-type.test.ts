import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readerOf } from './files.fixture.ts';
import { sourceTypeOf } from './source-type.ts';

const rows: { files: string[]; type: string; because: string }[] = [
  { files: ['app/a.yaml'], type: 'Directory', because: 'nothing says otherwise' },
  { files: ['app/Chart.yaml', 'app/values.yaml'], type: 'Helm', because: 'a chart has a Chart.yaml' },
  { files: ['app/kustomization.yaml'], type: 'Kustomize', because: 'a kustomization says so itself' },
  { files: ['app/kustomization.yml'], type: 'Kustomize', because: 'the short ending counts, too' },
  { files: ['app/Kustomization'], type: 'Kustomize', because: 'so does the old name' },
  {
    files: ['app/Chart.yaml', 'app/kustomization.yaml'],
    type: 'Kustomize',
    because: 'Argo CD believes the last of them',
  },
  { files: ['app/OldChart.yaml'], type: 'Helm', because: 'Argo CD looks at the end of the name' },
  { files: ['app/charts/Chart.yaml'], type: 'Directory', because: 'only the folder itself is asked' },
  { files: ['app/Chart.yaml/x'], type: 'Directory', because: 'a folder of that name is no chart' },
  { files: [], type: 'Directory', because: 'a folder that is not there is refused by whoever reads it' },
];
for (const { files, type, because } of rows) {
  test(`sourceTypeOf() says ${type} of ${files.join(', ') || 'nothing'}: ${because}`, async () => {
    const reader = readerOf(Object.fromEntries(files.map(path => [path, ''])));
    assert.equal((await sourceTypeOf(reader, 'app')).type, type);
  });
}
