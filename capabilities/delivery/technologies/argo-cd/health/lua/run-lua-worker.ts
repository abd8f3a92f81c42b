// Runs people's Lua in a thread of the pool: no files, no processes, bounded memory and time.
import { fileURLToPath } from 'node:url';
import type { AnyObject } from '@slipway/api';
import { type LuaEngine, LuaFactory, LuaLibraries } from 'wasmoon';

/** Bytes that one script may hold. */
const MOST_MEMORY = 64 * 1024 * 1024;
/** How long one may run: Argo CD's second. */
const MOST_MS = 1_000;
const BASE = [LuaLibraries.Base, LuaLibraries.Table, LuaLibraries.OS];
const OPEN = [LuaLibraries.String, LuaLibraries.Math, LuaLibraries.Coroutine, LuaLibraries.UTF8];
/** What touches the machine goes; and what Lua 5.1, which Argo CD runs, calls differently. */
const PRELUDE = `
os = { time = os.time, date = os.date }
dofile, loadfile, collectgarbage, print = nil, nil, nil, function() end
unpack, loadstring = table.unpack, load
table.getn = function(list) return #list end
`;

export interface LuaWork {
  script: string;
  /** `string`, `math` and the like, too. */
  useOpenLibs: boolean;
  objects: AnyObject[];
}

/** What a script gave for one object. */
export interface LuaAnswer {
  /** A table as an object or a list; null when it gave nothing. */
  value?: unknown;
  error?: string;
}

let factory: LuaFactory | undefined;

/** Runs the script once for each object, which it sees as the global `obj`; each in a Lua of its own. */
export async function runLua({ script, useOpenLibs, objects }: LuaWork): Promise<LuaAnswer[]> {
  factory ??= new LuaFactory(fileURLToPath(import.meta.resolve('wasmoon/dist/glue.wasm')));
  const answers: LuaAnswer[] = [];
  for (const object of objects) answers.push(await runOnce(factory, script, useOpenLibs, object));
  return answers;
}

async function runOnce(
  lua: LuaFactory,
  script: string,
  useOpenLibs: boolean,
  object: AnyObject,
): Promise<LuaAnswer> {
  const engine = await lua.createEngine({
    openStandardLibs: false,
    enableProxy: false,
    traceAllocations: true,
  });
  try {
    for (const library of useOpenLibs ? [...BASE, ...OPEN] : BASE) engine.global.loadLibrary(library);
    engine.doStringSync(PRELUDE);
    engine.global.set('obj', withoutNull(object));
    engine.global.setMemoryMax(MOST_MEMORY);
    return { value: plain(await run(engine, script)) };
  } catch (error) {
    return { error: (error as Error).message.split('\nstack traceback')[0] ?? '' };
  } finally {
    engine.global.close();
  }
}

/** Lua has no null: such a field is not there. */
function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutNull(each)]));
}

async function run(engine: LuaEngine, script: string): Promise<unknown> {
  const thread = engine.global.newThread();
  thread.loadString(script, '<string>');
  const values = await thread.run(0, { timeout: MOST_MS });
  return values.at(-1);
}

/** What can cross to another thread: functions in a table become null, as JSON has none. */
function plain(value: unknown): unknown {
  if (typeof value === 'function') return 'function';
  return JSON.parse(JSON.stringify(value ?? null));
}
