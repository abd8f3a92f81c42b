import { after, before } from 'node:test';
import { deliveryConformance } from '../../conformance.ts';
import { deliveryGroundOf, startTestPlatform, type TestPlatform } from './platform.fixture.ts';

let platform: TestPlatform;
before(async () => {
  platform = await startTestPlatform();
});
after(() => platform.stop());

deliveryConformance('argo-cd, embedded', () => deliveryGroundOf(platform));
