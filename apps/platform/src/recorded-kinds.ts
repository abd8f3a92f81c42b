import type { Kind } from '@slipway/api';
import {
  Approval,
  Attestation,
  Build,
  CREATED_BY,
  Promotion,
  Retirement,
  SPEC_BY,
  TemplateRun,
  Workflow,
} from '@slipway/kinds';

/**
 * Steps of a run act with the rights of whoever started it, and votes count by who gave them: of objects of these kinds
 * the API server writes down who made them, and nobody may claim to be somebody else.
 */
export const RECORDED: { annotation: string; of: 'creator' | 'spec-author'; kinds: Kind[] }[] = [
  {
    annotation: CREATED_BY,
    of: 'creator',
    kinds: [TemplateRun, Promotion, Approval, Build, Attestation] as Kind[],
  },
  { annotation: SPEC_BY, of: 'spec-author', kinds: [Retirement, Workflow] as Kind[] },
];
