// For tests of drivers, and of what uses them.
export { makeHostRoot } from './host-root.ts';
export { missingPodman, type Podman, startPodman } from './podman.ts';
export { sandboxConformance } from './suite.ts';
