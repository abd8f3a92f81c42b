// `KUSTOMIZE=/path/to/kustomize HELM=/path/to/helm node scripts/generate/kustomize-facts.mjs [TOPIC…]`: writes what the real kustomize
// makes of the cases beside packages/render/src/kustomize into their files.
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../packages/render/src/kustomize/testdata', import.meta.url));
const binary = process.env.KUSTOMIZE;
if (!binary) throw new Error('say where kustomize v5.8.1 is: KUSTOMIZE=/path/to/kustomize');

function filesOf(text) {
  const parts = text.split(/^@@ /m).slice(1);
  return parts.map(part => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]);
}

function build(files, path, flags) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'kustomize-facts-')));
  try {
    for (const [name, text] of files) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), text);
    }
    const { stdout, stderr } = spawnSync(
      binary,
      [
        'build',
        join(root, path),
        ...flags,
        ...(flags.includes('--enable-helm') ? ['--helm-command', process.env.HELM ?? 'helm'] : []),
      ],
      { encoding: 'utf8' },
    );
    // Go's log starts a line with the time.
    const said = stderr
      .replaceAll(root, '/src')
      .replaceAll(`${dirname(root)}/`, '/')
      // Where something was in memory says nothing.
      .replace(/ &\{0x[0-9a-f]+ [^}]*\}/g, '')
      .replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, '');
    return { stdout, stderr: said };
  } finally {
    rmSync(root, { recursive: true });
  }
}

const ended = text => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

for (const name of readdirSync(folder).filter(each => each.endsWith('.cases'))) {
  const topics = process.argv.slice(2);
  if (topics.length > 0 && !topics.includes(name.replace('.cases', ''))) continue;
  const [shared, ...cases] = readFileSync(join(folder, name), 'utf8').split(/^=== /m);
  const written = cases.map(each => {
    const [head] = each.split(/^@@ /m);
    const [path, ...flags] = /^(.*?): /.exec(head)[1].split(' ');
    const own = filesOf(each).filter(([path]) => path !== '>' && path !== '!');
    const { stdout, stderr } = build([...filesOf(shared), ...own], path, flags);
    const facts = [...own, ...(stdout ? [['>', stdout]] : []), ...(stderr ? [['!', stderr]] : [])];
    return `=== ${head}${facts.map(([path, text]) => `@@ ${path}\n${ended(text)}`).join('')}`;
  });
  writeFileSync(join(folder, name), shared + written.join(''));
}
