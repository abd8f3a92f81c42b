// What two servers may say differently of the same thing is replaced by what it is.
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const UID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const AGE = /^(\d+[smhd])+$/;
const FIXED = '11111111-1111-1111-1111-111111111111';

function value(key, found) {
  if (Array.isArray(found)) return found.map(item => value('', item));
  if (typeof found === 'object' && found !== null) return fields(found);
  if (typeof found !== 'string') return found;
  if (key === 'resourceVersion') return 'VERSION';
  if (key === 'continue') return 'CONTINUE';
  if (TIME.test(found)) return 'TIME';
  if (AGE.test(found)) return 'AGE';
  return found.replace(UID, uid => (uid === FIXED ? uid : 'UID'));
}

function fields(object) {
  // A column of a Table; its words are upstream's own.
  if ('columnDefinitions' in object) for (const column of object.columnDefinitions) delete column.description;
  const kept = Object.entries(object)
    // Null and empty times, who manages what, and Table cells of age are compared elsewhere or not at all.
    .filter(([key, found]) => found !== null && key !== 'managedFields' && key !== 'selfLink')
    .map(([key, found]) => [key, value(key, found)]);
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON, or the documents of a stream, one on each line; other text as it is. */
export function normalized(text) {
  const whole = parsed(text);
  if (whole) return fields(whole);
  const lines = text.trim().split('\n').map(parsed);
  return lines.every(Boolean) ? lines.map(fields) : text.trim();
}

/** The step with `${name}` replaced by what earlier answers gave. */
export function substituted(step, saved) {
  const text = JSON.stringify(step);
  return JSON.parse(text.replace(/\$\{(\w+)\}/g, (_, name) => saved[name] ?? ''));
}

/** Remembers what the step says to remember of its answer. */
export function takeSaved(step, text, saved) {
  for (const [name, path] of Object.entries(step.save ?? {})) {
    let found = JSON.parse(text);
    for (const part of path.split('.')) found = found?.[part];
    saved[name] = found;
  }
}
