// What happens to a write between schema and store: plugin (the shape of one), one file for each, and
// built-in-admission (their order).

export { admitterAdmission } from './admitter.ts';
export { type AdmissionOptions, builtInAdmission } from './built-in-admission.ts';
export { recordCreator } from './record-creator.ts';
export { recordSpecAuthor } from './record-spec-author.ts';
export { SERVICE_CIDR } from './service-addresses.ts';
