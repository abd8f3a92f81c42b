// A platform through its own repository that the real Argo CD follows.
import { gitopsSuite } from '../real-cluster/gitops-suite.ts';
import { startArgoCd } from '../tools/argo-cd.ts';

gitopsSuite({
  id: 'argo-cd',
  tools: ['argo-cd', 'redis'],
  installed: ['appproject', 'slipway', '-n', 'argocd'],
  start: cluster => startArgoCd(cluster, { isInstalled: true }),
  manager: 'argocd-controller',
  watches: true,
});
