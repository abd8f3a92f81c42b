#!/usr/bin/env node
// The command line: the same launcher as `npm start`, without its `up`. Where there is nothing to build, `render` is not
// launched but run here: it needs none of the launcher's options, and a second start of Node would take as long again.
import { existsSync } from 'node:fs';

const isPackage = !existsSync(new URL('../../../package-lock.json', import.meta.url));
const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;
if (isPackage && isNewEnough && process.argv[2] === 'render')
  await import('../../../dist/package/slipway.mjs');
else await import('../../../scripts/launch.mjs');
