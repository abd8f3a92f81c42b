import { after, before } from 'node:test';
import { workflowConformance } from '../../conformance.ts';
import { type Stage, stageWorkflows } from './workflows.fixture.ts';

let stage: Stage;
before(async () => {
  stage = await stageWorkflows();
});
after(() => stage.stop());

workflowConformance('argo-workflows', () => ({
  client: stage.client,
  namespace: 'default',
  runsPods: false,
  finishPod: stage.finishPod,
  image: 'busybox',
}));
