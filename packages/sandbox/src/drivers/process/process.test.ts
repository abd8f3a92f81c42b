import { sandboxConformance } from '../../conformance/index.ts';

sandboxConformance('process driver', () => ({ driver: 'process' }), {
  ownFiles: false,
  ownNetwork: false,
  limits: false,
  anyImage: false,
});
