#!/usr/bin/env node
// The command line: the same launcher as `npm start`, without its `up`. Where there is nothing to build, `render` is not
// launched but run here: it needs none of the launcher's options, and a second start of Node would take as long again.
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;
if (process.argv[2] === 'render' && isNewEnough && isPackage()) {
  await import('../../../dist/package/slipway.mjs');
} else {
  await import('../../../scripts/launch.mjs');
}

function isPackage() {
  const { existsSync } = process.getBuiltinModule('node:fs');
  return !existsSync(new URL('../../../package-lock.json', import.meta.url));
}
