import type { Technology } from '@slipway/definition';
import { guidance } from './guidance.ts';
import { parameters, upstream } from './upstream.ts';

/** Spark Operator: Spark applications as objects. */
export const sparkOperator: Technology = {
  id: 'spark-operator',
  title: 'Spark Operator',
  capabilities: ['data'],
  guidance,
  provides: [],
  requires: [],
  parameters,
  rules: [],
  upstream,
};
