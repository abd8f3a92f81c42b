// The library behind `-o yaml`, in a file of its own so that it is loaded only where it is used.
export { stringify } from 'yaml';
