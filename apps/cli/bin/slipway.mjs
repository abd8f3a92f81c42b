#!/usr/bin/env node
// The command line in a clone: the same launcher as `npm start`, without its `up`.
import '../../../scripts/launch.mjs';
