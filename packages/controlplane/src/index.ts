// What any cluster does by itself, one folder per controller: plan (pure) and reconcile (through the client only).
// start-controlplane: all of them; workload/: what those that make pods share.

export { type ControlplaneOptions, controllers } from './controllers.ts';
export { startControlplane } from './start-controlplane.ts';
