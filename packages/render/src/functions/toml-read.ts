import { parse, TomlDate, TomlError } from 'smol-toml';
import { GoError } from '../go-template/function.ts';
import { type GoValue, goMap, int64 } from '../go-template/value.ts';
import { GoMoment } from '../go-time/go-moment.ts';
import { UTC } from '../go-time/zone.ts';

const MAX_DEPTH = 200;

/**
 * Reads TOML as Helm's `fromToml`: integers are int64, dates times.
 * @throws GoError for what is no TOML; the words are not those of Go's library
 */
export function readToml(text: string): GoValue {
  try {
    return converted(parse(text, { integersAsBigInt: true, maxDepth: MAX_DEPTH }));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [problem = ''] = error.message.split('\n');
    throw new GoError(`toml: line ${error.line}: ${problem.replace('Invalid TOML document: ', '')}`, {
      cause: error,
    });
  }
}

function converted(value: unknown): GoValue {
  if (typeof value === 'bigint') return int64(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value instanceof TomlDate) return momentOf(value);
  if (Array.isArray(value)) return value.map(converted);
  const map = goMap();
  for (const [key, each] of Object.entries(value ?? {})) map[key] = converted(each);
  return map;
}

function momentOf(date: TomlDate): GoMoment {
  const milliseconds = date.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  return new GoMoment({ seconds, nanoseconds: (milliseconds - seconds * 1000) * 1_000_000, zone: UTC });
}
