import type { Technology } from '../technology.ts';
import { artifactGuidance } from './artifacts.ts';
import { computeGuidance } from './compute.ts';
import { dataGuidance } from './data.ts';
import { deliveryGuidance } from './delivery.ts';
import { networkGuidance } from './network.ts';
import { policyGuidance } from './policy.ts';
import { certificateGuidance } from './portal.ts';
import { provisioningGuidance } from './provisioning.ts';
import { secretGuidance } from './secrets.ts';

/** A technology that people ask about and that does not run here yet: what helps to choose, and no engine. */
export type KnownTechnology = Pick<Technology, 'id' | 'title' | 'capabilities' | 'guidance'>;

/** All of them. One that comes to run keeps its guidance beside its engine, and its entry here goes. */
export const KNOWN_TECHNOLOGIES: KnownTechnology[] = [
  ...computeGuidance,
  ...deliveryGuidance,
  ...artifactGuidance,
  ...secretGuidance,
  ...certificateGuidance,
  ...networkGuidance,
  ...provisioningGuidance,
  ...dataGuidance,
  ...policyGuidance,
];
