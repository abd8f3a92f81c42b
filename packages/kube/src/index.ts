// start-kube: the server and what any cluster does by itself, in one call.
export { type Kube, type KubeOptions, startKube } from './start-kube.ts';
