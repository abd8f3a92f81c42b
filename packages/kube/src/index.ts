// start-kube: the server and what any cluster does by itself, in one call.
// Doors that a platform adds; here too, so that tests of capabilities need nothing but this package.
export { recordCreator } from '@slipway/server';
export { type Kube, type KubeOptions, startKube } from './start-kube.ts';
