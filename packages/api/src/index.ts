// The words everybody shares. Read in this order: object (what the API stores), kind (how it is addressed),
// selector (how it is chosen), http (how a request travels), error (how it fails), ports (what is injected).

export * from './admitter.ts';
export * from './error.ts';
export * from './http.ts';
export * from './kind.ts';
export * from './node-connector.ts';
export * from './object.ts';
export * from './ports.ts';
export * from './quantity.ts';
export * from './selector.ts';
export * from './turn.ts';
