#!/usr/bin/env node
// Docker and podman call helpers by this name: `docker-credential-slipway get`.
import process from 'node:process';

process.argv.splice(2, 0, 'docker-credential');
await import('../../../scripts/launch.mjs');
