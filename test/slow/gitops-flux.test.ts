// A platform through its own repository that the real Flux follows.
import { gitopsSuite } from '../real-cluster/gitops-suite.ts';
import { startFlux } from '../tools/flux.ts';

gitopsSuite({
  id: 'flux',
  tools: ['source-controller', 'kustomize-controller'],
  installed: ['deployment', 'kustomize-controller', 'source-controller', '-n', 'flux-system'],
  start: startFlux,
  manager: 'kustomize-controller',
  watches: false,
});
