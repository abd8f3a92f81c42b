// JSON Schema of parameters that several tools have, for the same reason and with the same bounds.

/** Replicas of a controller that elects a leader. */
export const STANDBY_REPLICAS = {
  type: 'integer',
  minimum: 1,
  maximum: 5,
  default: 1,
  description: 'One works, others stand by.',
} as const;

/** Pattern of an IAM role's ARN, of any partition of AWS. */
export const AWS_ROLE = '^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$';
