const { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } =
  process.getBuiltinModule('node:fs');

/** What the bundle's `render.cjs` exports. */
interface RenderScript {
  run(): Promise<void>;
}

/**
 * `slipway render`, which people hold against native programs: a script with nothing but what it needs, run with what V8
 * made of it before, for compiling takes longer than most charts. That is kept beside it, for each Node: V8 itself refuses
 * what is not its own, and a run without it leaves one for the next where that can be written.
 */
export async function runRender(folder: string, words: string[]): Promise<void> {
  const { Script } = process.getBuiltinModule('node:vm');
  const filename = `${folder}/render.cjs`;
  // What a run leaves holds the functions that it used: those of charts are no help to kustomizations.
  const use = words.some(isKustomization) ? 'kustomization' : 'chart';
  const kept = `${folder}/compiled/render-${use}-${process.version}-${process.arch}`;
  const cachedData = present(() => readFileSync(kept));
  const source = `(function(module,require,__filename){${readFileSync(filename, 'latin1')}\n})`;
  const script = new Script(source, { filename, ...(cachedData ? { cachedData } : {}) });
  const module: { exports?: RenderScript } = {};
  script.runInThisContext()(module, process.getBuiltinModule, filename);
  await module.exports?.run();
  if (!cachedData || script.cachedDataRejected) present(() => keep(kept, script.createCachedData()));
}

function isKustomization(word: string): boolean {
  return ['kustomization.yaml', 'kustomization.yml', 'Kustomization'].some(name =>
    existsSync(`${word}/${name}`),
  );
}

/** As a whole or not at all: V8 judges by the length and the head of what it is given. */
function keep(path: string, data: Buffer): void {
  mkdirSync(path.slice(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, data, { flag: 'wx', flush: true });
  renameSync(`${path}.${process.pid}`, path);
}

/** Undefined for what is not there, or cannot be written. */
function present<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
