// Templates without a platform: loaded alone, so that a rehearsal starts at once.
export {
  type Rehearsal,
  type RehearsalOptions,
  rehearse as rehearseTemplate,
} from '@slipway/catalog/rehearsal';
