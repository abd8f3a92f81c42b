// From a user to a decision: rules (what one allows), rbac-index (who was given which), authorizer (the decision),
// reviews (questions about it), escalation (nobody gives what they do not have), access-control (all of it together).

export { type AccessControl, type AccessControlOptions, createAccessControl } from './access-control.ts';
export { grantsFor, MASTERS, rbacAuthorizer, rulesFor } from './authorizer.ts';
export { type BootstrapOptions, ensureBootstrap } from './bootstrap.ts';
export { checkEscalation } from './escalation.ts';
export { createRbacIndex, type RbacIndex } from './rbac-index.ts';
export { authorizationReviews } from './reviews.ts';
