import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, realpathSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import type { EngineApi } from './engine-api.ts';
import { mergedTar } from './merged-tar.ts';

const REPOSITORY = 'localhost/slipway';

/** Images in the engine's own store, made of folders. Each is brought there once. */
export interface EngineImages {
  /** Name of an image that holds these layers. */
  ofLayers(layers: string[]): Promise<string>;
  /** Name of an image whose `/pause` waits until its input ends. */
  pause(): Promise<string>;
}

export function engineImages(api: EngineApi): EngineImages {
  const bringing = new Map<string, Promise<string>>();
  const once = (tag: string, archive: () => Pack): Promise<string> => {
    const known = bringing.get(tag);
    if (known) return known;
    const brought = bring(api, tag, archive);
    bringing.set(tag, brought);
    brought.catch(() => bringing.delete(tag));
    return brought;
  };
  return {
    // Layers never change once they are unpacked, so their places name their content.
    ofLayers: layers => once(`layers-${hash(layers.map(stampOf).join('\n'))}`, () => mergedTar(layers)),
    pause: () => once(`pause-${hash(pauseFiles().map(stampOf).join('\n'))}`, pauseTar),
  };
}

async function bring(api: EngineApi, tag: string, archive: () => Pack): Promise<string> {
  const name = `${REPOSITORY}:${tag}`;
  const known = await api.find<object>({ method: 'GET', path: `/images/${name}/json` });
  if (known) return name;
  await api.call({
    method: 'POST',
    path: '/images/create',
    // The tag stands in the name: Podman does not read `tag`.
    query: { fromSrc: '-', repo: name },
    stream: archive(),
  });
  return name;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function stampOf(path: string): string {
  const { ino, ctimeMs } = statSync(path);
  return `${path} ${ino} ${ctimeMs}`;
}

/** A program that waits, with its libraries. */
function pauseFiles(): string[] {
  const program = realpathSync('/bin/cat');
  const listed = execFileSync('ldd', [program], { encoding: 'utf8' });
  const libraries = [...listed.matchAll(/\/[^\s()]+/g)].map(([file]) => file);
  return [program, ...new Set(libraries.filter(file => file !== program))];
}

function pauseTar(): Pack {
  const archive = pack();
  const add = async () => {
    const [program = '', ...libraries] = pauseFiles();
    for (const file of [program, ...libraries]) {
      const name = file === program ? 'pause' : file.slice(1);
      const entry = archive.entry({ name, mode: 0o755, size: statSync(file).size });
      await pipeline(createReadStream(file), entry);
    }
    archive.finalize();
  };
  add().catch(error => archive.destroy(error));
  return archive;
}
