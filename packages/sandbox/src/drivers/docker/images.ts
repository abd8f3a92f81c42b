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
  /** Name of an image whose `/pause` waits until its input ends; it has a shell too. */
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
    pause: () => once(`pause-${hash([...pauseFiles().values()].map(stampOf).join('\n'))}`, pauseTar),
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

/** A shell and a program that waits, by their place in the image; then their libraries. */
function pauseFiles(): Map<string, string> {
  const programs = { 'bin/sh': realpathSync('/bin/sh'), pause: realpathSync('/bin/cat') };
  const files = new Map(Object.entries(programs));
  for (const program of Object.values(programs)) {
    const listed = execFileSync('ldd', [program], { encoding: 'utf8' });
    for (const [library] of listed.matchAll(/\/[^\s()]+/g)) files.set(library.slice(1), library);
  }
  return files;
}

function pauseTar(): Pack {
  const archive = pack();
  const add = async () => {
    for (const [name, file] of pauseFiles()) {
      const entry = archive.entry({ name, mode: 0o755, size: statSync(file).size });
      await pipeline(createReadStream(file), entry);
    }
    archive.finalize();
  };
  add().catch(error => archive.destroy(error));
  return archive;
}
