/** A schema that cannot be used, whatever the values are. */
export class SchemaRefused extends Error {}
