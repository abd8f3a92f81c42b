import { kubeletConformance } from './kubelet.fixture.ts';

// The docker driver is among the slow tests.
kubeletConformance('sandbox');
kubeletConformance('process');
